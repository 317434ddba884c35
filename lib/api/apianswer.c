#include "api/apianswer.h"
#include "format/jsontext.h"
#include <string.h>

static const struct {
	unsigned status;
	const char *phrase, *why;
} statuses[] = {
	{ 200, "OK", "" },
	{ 201, "Created", "" },
	{ 202, "Accepted", "" },
	{ 204, "No Content", "" },
	{ 207, "Multi-Status", "" },
	{ 400, "Bad Request", "that is no request of HTTP/1.1" },
	{ 401, "Unauthorized", "" },
	{ 403, "Forbidden", "" },
	{ 404, "Not Found", "" },
	{ 405, "Method Not Allowed", "" },
	{ 408, "Request Timeout", "" },
	{ 409, "Conflict", "" },
	{ 412, "Precondition Failed", "" },
	{ 413, "Content Too Large", "" },
	{ 414, "URI Too Long", "what is asked for is too long" },
	{ 415, "Unsupported Media Type", "" },
	{ 417, "Expectation Failed", "nothing but 100-continue is known" },
	{ 422, "Unprocessable Content", "" },
	{ 428, "Precondition Required", "" },
	{ 429, "Too Many Requests", "" },
	{ 431, "Request Header Fields Too Large", "the head is too long" },
	{ 500, "Internal Server Error", "" },
	{ 501, "Not Implemented",
	    "no coding of a transfer but chunked is known" },
	{ 503, "Service Unavailable", "" },
	{ 504, "Gateway Timeout", "" },
	{ 505, "HTTP Version Not Supported", "HTTP/1.1 is spoken here" },
};

enum { STATUSES = sizeof statuses / sizeof *statuses };

static unsigned
find(unsigned status)
{
	unsigned i;

	for (i = 0; i < STATUSES && statuses[i].status != status; i++)
		;
	return i;
}

const char *
apianswer_phrase(unsigned status)
{
	unsigned i = find(status);

	return i == STATUSES ? "" : statuses[i].phrase;
}

const char *
apianswer_why(unsigned status)
{
	unsigned i = find(status);

	return i == STATUSES ? "" : statuses[i].why;
}

int
apianswer_put(struct buf *b, const struct apiconn_answer *a, int packed,
    unsigned minor)
{
	const char *conn = a->close ? "Connection: close\r\n"
	    : minor == 0            ? "Connection: keep-alive\r\n"
				    : "";

	if (buf_printf(b, "HTTP/1.1 %u %s\r\n%s%s", a->status,
		apianswer_phrase(a->status), conn, a->more) == -1)
		return -1;
	if (a->type != NULL &&
	    buf_printf(b,
		"Content-Type: %s\r\nCache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n",
		a->type) == -1)
		return -1;
	if (packed &&
	    buf_puts(b,
		"Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n") == -1)
		return -1;
	/* 204 has no content, nor a length (RFC 9110 section 8.6) */
	if (a->status == 204)
		return buf_puts(b, "\r\n");
	if (buf_printf(b, "Content-Length: %zu\r\n\r\n", a->content.n) == -1)
		return -1;
	return a->no_content ? 0 : buf_put(b, a->content.p, a->content.n);
}

static int
member(struct buf *b, const char *name, const char *value)
{
	return buf_printf(b, ",\"%s\":", name) == -1
	    ? -1
	    : jsontext_string(b, value, strlen(value));
}

int
apianswer_problem(struct buf *b, unsigned status, const char *detail,
    const char *esc)
{
	if (buf_printf(b,
		"{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u",
		apianswer_phrase(status), status) == -1 ||
	    (detail[0] != '\0' && member(b, "detail", detail) == -1) ||
	    (esc != NULL && member(b, "esc", esc) == -1))
		return -1;
	return buf_puts(b, "}\n");
}
