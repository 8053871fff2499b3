<?php
/** Nothing of the plugin stays. */

defined('WP_UNINSTALL_PLUGIN') || exit;

delete_option('tresen_chat');
