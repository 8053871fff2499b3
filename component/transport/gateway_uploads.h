/* gateway_uploads.h - visitors' files on their way in: PUT /w/1/upload/TOKEN (XEP-0363,
 * files/upload.h).
 *
 * The body goes to the disk as it comes. 201 is answered when the bytes are synced and the file's
 * row is committed. Where the body is refused it is read all the same, up to the size that a file
 * may have, and thrown away: browsers read an answer only when they have said all. */
#pragma once

struct gateway;
struct http_request;

/* The head came: of a PUT with a body. */
void gateway_uploads_begin(struct gateway *g, struct http_request *r);
/* A PUT without one, or the question that a browser asks before. */
void gateway_uploads_handle(struct gateway *g, struct http_request *r);
/* When all connections are gone: what still waits for the disk is answered to nobody. */
void gateway_uploads_finish(struct gateway *g);
