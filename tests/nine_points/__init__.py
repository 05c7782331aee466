"""The nine points of the console from a clerk's chair: a real service, a real browser, a town of twelve weeks."""
