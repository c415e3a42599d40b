-- Sending an invitation again lets its address be mailed: that of somebody who may have no account yet.
ALTER TYPE audited_act ADD VALUE 'suppression_lifted_for_invited';
