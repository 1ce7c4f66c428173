"""The endpoint's client: both forms, retries, and answers that are none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from service.client.endpoint import EndpointError, ModelEndpoint, Patience, RequestRefused, Sampling
from tests.fakes.endpoint import ScriptedEndpoint, busy

AT_ONCE = Patience(attempts=3, first_pause_s=0.0)


@pytest.fixture
def scripted() -> ScriptedEndpoint:
    return ScriptedEndpoint(lambda prompt, before: f"{prompt} again {before}")


@pytest.fixture
async def model(scripted: ScriptedEndpoint) -> AsyncIterator[ModelEndpoint]:
    transport = httpx.ASGITransport(app=scripted.app)
    async with ModelEndpoint("http://model", "m", api_key="secret", patience=AT_ONCE, transport=transport) as endpoint:
        yield endpoint


async def test_a_conversation_is_answered_with_its_cost(model: ModelEndpoint, scripted: ScriptedEndpoint) -> None:
    answer = await model.chat([{"role": "user", "content": "say it"}], Sampling(0.2, 99, seed=7))

    assert (answer.text, answer.finish, answer.attempts) == ("say it again 0", "stop", 1)
    assert (answer.tokens.prompt, answer.tokens.completion) == (2, 4)
    sent = scripted.asked[0]
    assert (sent["model"], sent["temperature"], sent["max_tokens"], sent["seed"]) == ("m", 0.2, 99, 7)
    assert "top_p" not in sent


async def test_a_text_is_continued_up_to_the_first_stop(model: ModelEndpoint, scripted: ScriptedEndpoint) -> None:
    answer = await model.complete("one", Sampling(), ["x", "y", "z", "w", "again"])

    assert answer.text == "one "
    assert scripted.asked[0]["stop"] == ["x", "y", "z", "w"]


async def test_a_busy_endpoint_is_asked_again(model: ModelEndpoint, scripted: ScriptedEndpoint) -> None:
    scripted.troubles += [busy("0"), PlainTextResponse("bad gateway", 502)]

    assert (await model.chat([{"role": "user", "content": "x"}], Sampling())).attempts == 3
    assert scripted.requests == 3


async def test_an_endpoint_that_stays_busy_is_given_up(model: ModelEndpoint, scripted: ScriptedEndpoint) -> None:
    scripted.troubles += [busy("0")] * 3

    with pytest.raises(EndpointError, match=r"429: busy \(given up after 3 attempts\)"):
        await model.chat([{"role": "user", "content": "x"}], Sampling())


@pytest.mark.parametrize(
    "said",
    [
        JSONResponse({"error": {"message": "too long", "type": "invalid_request_error"}}, 400),
        JSONResponse({"error": "too long"}, 422),
        JSONResponse({"detail": "too long"}, 413),
        PlainTextResponse("too long", 400),
    ],
)
async def test_a_refusal_of_one_request_says_why(
    model: ModelEndpoint, scripted: ScriptedEndpoint, said: PlainTextResponse
) -> None:
    scripted.troubles.append(said)

    with pytest.raises(RequestRefused, match=rf"answered {said.status_code}: too long$"):
        await model.chat([{"role": "user", "content": "x"}], Sampling())
    assert (await model.chat([{"role": "user", "content": "x"}], Sampling())).finish == "stop"


async def test_a_refusal_is_final(model: ModelEndpoint, scripted: ScriptedEndpoint) -> None:
    scripted.troubles.append(PlainTextResponse("no such model", 404))

    with pytest.raises(EndpointError, match="404: no such model"):
        await model.chat([{"role": "user", "content": "x"}], Sampling())
    assert scripted.requests == 1


@pytest.mark.parametrize("nonsense", [PlainTextResponse("hello"), JSONResponse([1]), JSONResponse({"choices": []})])
async def test_nonsense_is_told(model: ModelEndpoint, scripted: ScriptedEndpoint, nonsense: PlainTextResponse) -> None:
    scripted.troubles.append(nonsense)

    with pytest.raises(EndpointError, match=r"no JSON object|no choices"):
        await model.chat([{"role": "user", "content": "x"}], Sampling())


async def test_an_empty_answer_is_an_empty_text(model: ModelEndpoint, scripted: ScriptedEndpoint) -> None:
    scripted.troubles.append(JSONResponse({"choices": [{"message": {"content": None}}]}))

    answer = await model.chat([{"role": "user", "content": "x"}], Sampling())

    assert (answer.text, answer.finish, answer.tokens.prompt) == ("", "", None)


def test_pauses_grow_are_bounded_and_follow_the_endpoint() -> None:
    patience = Patience(first_pause_s=1.0, longest_pause_s=10.0)

    assert [patience.pause_s(attempt, None, 1.0) for attempt in (1, 2, 3, 4, 5, 6)] == [1, 2, 4, 8, 10, 10]
    assert patience.pause_s(3, None, 0.0) == 2.0
    assert patience.pause_s(1, "7", 0.5) == 7.0
    assert patience.pause_s(1, "3600", 0.5) == 10.0
    assert patience.pause_s(1, "tomorrow", 1.0) == 1.0
