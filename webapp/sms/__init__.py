"""Text messages: written to an outbox inside the transaction, sent after it. The demo has a page that shows them."""
