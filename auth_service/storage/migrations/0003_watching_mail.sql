-- What an operator follows: a request through the queue to its mail, and mails that nobody reported on.

-- Of the request in the browser that asked, so that the mail's log lines and spans can be found by it.
ALTER TABLE mail_requests ADD COLUMN correlation_id text;
ALTER TABLE mail_requests ADD COLUMN traceparent text;

-- For the sweep that looks for mails without a report.
CREATE INDEX mail_trail_open ON mail_trail (created_at) WHERE state IN ('queued', 'deferred');
