/* gateway_files.h - the files of chats over the web: GET /w/1/file/CAPABILITY/NAME.
 *
 * Who has the address may open the file; NAME is for people. Pictures are shown, everything else is
 * offered to be saved, and nothing of it may run: no sniffing, a sandbox, no type but one found out
 * from what is in it. */
#pragma once

struct files;
struct http_request;

/* files NULL: there are none. */
void gateway_files_handle(struct files *files, struct http_request *r);
