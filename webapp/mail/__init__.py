"""Mail: written to an outbox inside the transaction, sent after it, retried. The demo has a mailbox page."""
