"""Questions asked of a library: comparisons, practices, exports and scores."""
