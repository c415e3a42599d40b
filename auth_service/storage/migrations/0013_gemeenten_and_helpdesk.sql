-- What gemeenten decide for themselves, people who are invited, and what helpdesks do.

-- Gemeenten as CBS lists them: most don't take part, and nobody has asked those whom to mail.
ALTER TABLE gemeenten ALTER COLUMN email DROP NOT NULL;
ALTER TABLE gemeenten ADD CHECK (email IS NOT NULL OR NOT participating);
-- The year of the first table in which it no longer is; null while it is in the newest one.
ALTER TABLE gemeenten ADD COLUMN dissolved_in smallint;
ALTER TABLE gemeenten ADD COLUMN approval_required boolean NOT NULL DEFAULT false;
-- Those of accounts.company_details that can be chosen in its forms; null for all of them.
ALTER TABLE gemeenten ADD COLUMN accommodation_types text[] CHECK (accommodation_types <> '{}');
-- For how long the owner of an account can object before its staff's reset of two-factor authentication is done.
ALTER TABLE gemeenten ADD COLUMN reset_wait interval NOT NULL DEFAULT '0'
    CHECK (reset_wait BETWEEN '0' AND '7 days');
-- From when two-factor authentication will be required, as it was announced; null where nothing was.
ALTER TABLE gemeenten ADD COLUMN totp_required_from timestamptz;

CREATE TYPE company_state AS ENUM ('awaiting_approval', 'approved', 'rejected');
ALTER TABLE companies ADD COLUMN state company_state NOT NULL DEFAULT 'approved';
ALTER TABLE companies ADD COLUMN decided_at timestamptz;

-- Set where the owner says that a reset of two-factor authentication by others was not his doing: nobody can set it
-- up then, until staff have spoken with him.
ALTER TABLE accounts ADD COLUMN enrolment_frozen_at timestamptz;

ALTER TYPE code_purpose ADD VALUE 'invitation';
ALTER TYPE code_purpose ADD VALUE 'totp_reset_objection';

-- Who was asked to join a company, or the staff of a gemeente or of the platform.
CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL,
    role account_role NOT NULL,
    company_id uuid REFERENCES companies ON DELETE CASCADE,
    gemeente_code text NOT NULL REFERENCES gemeenten,
    -- Null where it came from a command.
    invited_by uuid REFERENCES accounts ON DELETE SET NULL,
    invited_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK ((company_id IS NOT NULL) = (role IN ('ondernemer', 'gebruiker')))
);
CREATE INDEX ON invitations (company_id);
CREATE INDEX ON invitations (gemeente_code) WHERE company_id IS NULL;
CREATE INDEX ON invitations (email_key);

ALTER TABLE codes ADD COLUMN invitation_id uuid REFERENCES invitations ON DELETE SET NULL;
CREATE INDEX ON codes (invitation_id);
ALTER TABLE mail_trail ADD COLUMN invitation_id uuid REFERENCES invitations ON DELETE SET NULL;
CREATE INDEX ON mail_trail (invitation_id);

ALTER TYPE audited_act ADD VALUE 'account_opened';
ALTER TYPE audited_act ADD VALUE 'account_blocked';
ALTER TYPE audited_act ADD VALUE 'account_unblocked';
ALTER TYPE audited_act ADD VALUE 'account_anonymised';
ALTER TYPE audited_act ADD VALUE 'activation_code_sent';
ALTER TYPE audited_act ADD VALUE 'registration_corrected';
ALTER TYPE audited_act ADD VALUE 'password_reset_sent';
ALTER TYPE audited_act ADD VALUE 'company_approved';
ALTER TYPE audited_act ADD VALUE 'company_rejected';
ALTER TYPE audited_act ADD VALUE 'totp_reset_announced';
ALTER TYPE audited_act ADD VALUE 'totp_reset_cancelled';
ALTER TYPE audited_act ADD VALUE 'totp_reset_disputed';
ALTER TYPE audited_act ADD VALUE 'enrolment_released';
ALTER TYPE audited_act ADD VALUE 'totp_required_announced';
ALTER TYPE audited_act ADD VALUE 'totp_announcement_withdrawn';
ALTER TYPE audited_act ADD VALUE 'invited';
ALTER TYPE audited_act ADD VALUE 'invitation_withdrawn';
ALTER TYPE audited_act ADD VALUE 'invitation_accepted';
ALTER TYPE audited_act ADD VALUE 'made_manager';
ALTER TYPE audited_act ADD VALUE 'made_user';
ALTER TYPE audited_act ADD VALUE 'gemeente_changed';
ALTER TYPE audited_act ADD VALUE 'gemeente_joined';
ALTER TYPE audited_act ADD VALUE 'gemeente_left';
ALTER TYPE audited_act ADD VALUE 'rights_reviewed';
ALTER TYPE audited_act ADD VALUE 'trail_exported';

-- A line outlives what it tells of. A registration that is confirmed becomes the company of the same id, so that
-- what was done before is found with what was done since.
ALTER TABLE audit_trail DROP CONSTRAINT audit_trail_account_id_fkey;
ALTER TABLE audit_trail DROP CONSTRAINT audit_trail_company_id_fkey;
ALTER TABLE audit_trail DROP CONSTRAINT audit_trail_actor_id_fkey;
ALTER TABLE audit_trail ADD COLUMN invitation_id uuid;
-- Null where a command did it, or the worker at the time that somebody set.
ALTER TABLE audit_trail ALTER COLUMN actor_role DROP NOT NULL;
