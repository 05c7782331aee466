"""The project's yardstick: how often the right value lands in the right slot. See docs/evaluation.md."""
