/* daemon.h - the whole daemon in this process, played by a script; for the fuzz targets whose
 * inputs are scripts (agent, visitor, gateway, control).
 *
 * All of app_create: router, both edges, desk, outbox, files, mailer, gateway, control socket; with
 * a memory store, a clock that stands still, mail that always arrives, and a configuration that
 * switches on all that can be (daemon_config.h). The link and four streams of visitors are outlets
 * of ours.
 *
 * A line of a script is one event:
 *
 *     0<message to='sales@desk.example'>…   a stanza of the visitor at stream 0 (0 to 3), as it
 *                                           stands in docs/PROTOCOL.md, without xmlns
 *     L<message from='…' to='…'>…           a stanza from the link
 *     S<message from='…' to='…'/>            one from the link that was over a limit: its head
 *     +0  -0  +L  -L                        that stream, or the link, comes up, is gone
 *     T5                                    so many seconds go by (at most 60)
 *     J90                                   so many minutes go by at once
 *     W1GET / HTTP/1.1\r\n…                 bytes on connection 1 (0 to 3) with the gateway
 *     F1<open …/>                           a text frame of WebSocket there
 *     X1                                    it is closed
 *     K{"command":"status"}                 a question to the control socket
 *     AHTTP/1.1 200 OK\r\n…                 what ejabberd's API, or an upload service, will answer
 *     E type='error'>…</iq>                 answers every question that was asked over the link;
 *                                           <iq and the addresses are put before it
 *     H                                     the storage is held, or goes on
 *     R                                     the configuration is read again
 *
 * In W, F and A \r \n \\ and \x41 are what they are in C. Everywhere % and a letter is something
 * that the daemon said last: %c address of a visitor's contact, %t a visitor's token, %e number of
 * an entry, %i id of a message over the link, %q id and %w addressee of its question, %u path of an
 * upload, %g address of a file, %p its path; %a is where A answers, %J…%; a JWT of this payload
 * that the configured key has signed.
 *
 * With DAEMON_TELLS in the environment all that is said and answered is written to stderr.
 *
 * After each line desk_verify runs. What leaves must be one stanza, well-formed, from us and for
 * whom it goes to; anything else aborts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The prologue is played first, always. Lines of the script behind the 200th are not played. */
void daemon_play(const char *prologue, const uint8_t *script, size_t len);
