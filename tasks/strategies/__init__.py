"""Inputs for tasks, inferred from what a task shows: Hypothesis strategies, edges and mutations. Pure."""

from tasks.strategies.model import ArgumentModel, NoModel, model_of
from tasks.strategies.proposal import mutate_input, propose, propose_for, strategy_for

__all__ = ["ArgumentModel", "NoModel", "model_of", "mutate_input", "propose", "propose_for", "strategy_for"]
