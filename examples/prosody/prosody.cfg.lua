-- What Tresen needs from Prosody (0.12 or later, with prosody-modules installed).
--
-- Save this as /etc/prosody/conf.d/tresen.cfg.lua, or add the lines to prosody.cfg.lua. Replace
--   localhost            by the domain of your agents' accounts,
--   support.localhost    by the component's domain (the same as `domain:` in tresen.yml),
--   change-me            by a secret of your own: openssl rand -hex 24
-- then: systemctl reload prosody && prosodyctl shell module load privilege localhost
--
-- If your VirtualHost has a modules_enabled list already, add "privilege" to that list and put
-- privileged_entities below it instead of writing the VirtualHost a second time.

VirtualHost "localhost"
	modules_enabled = { "privilege" }
	privileged_entities = {
		-- Visitors are put into the agents' rosters while they are there.
		["support.localhost"] = { roster = "both" };
	}

Component "support.localhost"
	component_secret = "change-me"
	modules_enabled = { "privilege" }
