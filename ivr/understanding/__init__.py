"""From words, keys or sound to sense: what was answered, ordered, or cried for help."""

from ivr.understanding.expected import expected_for
from ivr.understanding.understand import understand_keys, understand_speech, understand_text

__all__ = ["expected_for", "understand_keys", "understand_speech", "understand_text"]
