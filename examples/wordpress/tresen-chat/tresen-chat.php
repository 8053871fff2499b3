<?php
/**
 * Plugin Name: Tresen Chat
 * Description: Puts the chat of a Tresen gateway into every page, and can say who is logged in.
 * Version: 0.1.0
 * Requires at least: 6.5
 * Requires PHP: 7.4
 * License: MIT
 * License URI: https://opensource.org/license/mit
 * Text Domain: tresen-chat
 * Domain Path: /languages
 */

defined('ABSPATH') || exit;

require __DIR__ . '/identity.php';
require __DIR__ . '/settings.php';

const TRESEN_CHAT_DEFAULTS = [
    'gateway' => '',
    'department' => '',
    'lang' => '',
    'color' => '',
    'position' => 'right',
    'identify' => '',
    'audience' => 'default',
];

function tresen_chat_options(): array
{
    $options = get_option('tresen_chat', []);

    return array_merge(TRESEN_CHAT_DEFAULTS, is_array($options) ? $options : []);
}

add_action('init', function (): void {
    load_plugin_textdomain('tresen-chat', false, dirname(plugin_basename(__FILE__)) . '/languages');
});

add_action('wp_enqueue_scripts', function (): void {
    $options = tresen_chat_options();
    if ($options['gateway'] === '') {
        return;
    }
    wp_enqueue_script('tresen-chat', $options['gateway'] . '/w/1/loader.js', [], null, ['strategy' => 'async', 'in_footer' => true]);
    if (tresen_chat_identifies($options)) {
        wp_add_inline_script('tresen-chat', tresen_chat_identity_script(), 'before');
    }
});

add_filter('wp_script_attributes', function (array $attributes): array {
    if (($attributes['id'] ?? '') !== 'tresen-chat-js') {
        return $attributes;
    }
    $options = tresen_chat_options();
    foreach (['department', 'lang', 'color', 'position'] as $name) {
        if ($options[$name] !== '') {
            $attributes["data-$name"] = $options[$name];
        }
    }

    return $attributes;
});
