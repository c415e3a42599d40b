-- For who looks for rare acts among many others.
CREATE INDEX ON audit_trail (gemeente_code, act, happened_at DESC, id DESC);
