"""How the bundled encoder is trained: texts, vocabulary, examples, loss, fit, folder."""
