"""Options of commands that ask a model."""

from __future__ import annotations

from typing import Annotated

import typer

ModelUrl = Annotated[
    str | None,
    typer.Option(
        "--model-url", metavar="URL", help="An OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, a hosted one."
    ),
]
ModelKey = Annotated[
    str | None,
    typer.Option("--model-key", envvar="ASSAY_MODEL_KEY", show_envvar=True, help="Key for the endpoint."),
]
Temperature = Annotated[float, typer.Option(min=0, help="Of the model's answers.")]
MaxTokens = Annotated[int, typer.Option(min=1, help="Of one answer.")]
TopP = Annotated[float | None, typer.Option(min=0, max=1, show_default="the endpoint's own")]
Seed = Annotated[int | None, typer.Option(help="For endpoints that know it; sample i is drawn with seed + i.")]
Concurrency = Annotated[int, typer.Option(min=1, help="Requests on their way at once.")]
PromptPrice = Annotated[
    float | None, typer.Option(min=0, metavar="PRICE", help="Of a million prompt tokens, to tell what it cost.")
]
CompletionPrice = Annotated[float | None, typer.Option(min=0, metavar="PRICE", help="Of a million completion tokens.")]
