-- Only if browsers shall enter through Prosody's own WebSocket or BOSH endpoint instead of
-- Tresen's gateway: visitors are then anonymous users of a host of their own. They can write to
-- the component and to nobody on other servers.
--
-- Also add "bosh" and "websocket" to the global modules_enabled, and keep TLS in front of them.

VirtualHost "anon.localhost"
	authentication = "anonymous"
	modules_enabled = { "bosh"; "websocket" }
	modules_disabled = { "s2s" }
	allow_anonymous_s2s = false
