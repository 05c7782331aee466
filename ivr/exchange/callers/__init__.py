"""The voices of callers that do not exist."""
