"""What SpecIt costs beside the training itself: a run against a bare loop that takes the same steps."""
