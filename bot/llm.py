"""A model behind any OpenAI-compatible address, over httpx."""

import httpx

TIMEOUT = 60.0


class ModelFailed(Exception):
    """The model gave no usable answer; the text says why, without what was sent."""


class Model:
    """A chat model. `url` goes up to and includes /v1."""

    def __init__(
        self, url: str, name: str, key: str = "", transport: httpx.BaseTransport | None = None
    ) -> None:
        self.name = name
        self._client = httpx.Client(
            base_url=url.rstrip("/") + "/",
            timeout=TIMEOUT,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def say(self, *, system: str, facts: str, most_tokens: int = 300) -> str:
        """The model's answer to `facts` under the instructions in `system`. Raises ModelFailed."""
        asked = {
            "model": self.name,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": facts},
            ],
            "max_tokens": most_tokens,
            "temperature": 0.2,
        }
        try:
            answer = self._client.post("chat/completions", json=asked)
            answer.raise_for_status()
            said = answer.json()["choices"][0]["message"]["content"]
        except (httpx.HTTPError, ValueError, LookupError, TypeError, RecursionError) as problem:
            raise ModelFailed(type(problem).__name__) from problem
        if not isinstance(said, str) or not said.strip():
            raise ModelFailed("an empty answer")
        return said.strip()
