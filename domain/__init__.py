"""What the program talks about: documents, statements, targets, the codebook and the errors a user can mend."""
