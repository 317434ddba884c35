#include "admin/adminanswer.h"
#include "format/jsontext.h"
#include <string.h>

static const struct {
	unsigned status;
	const char *phrase;
} statuses[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
};

const char *
adminanswer_phrase(unsigned status)
{
	size_t i;

	for (i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status)
			return statuses[i].phrase;
	return "";
}

static int
put_problem(struct buf *b, unsigned status, const char *detail, size_t n)
{
	int r = buf_printf(b,
	    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u",
	    adminanswer_phrase(status), status);

	if (n > 0)
		r |= buf_puts(b, ",\"detail\":") == -1
		    ? -1
		    : jsontext_string(b, detail, n);
	r |= buf_puts(b, "}\n");
	return r;
}

void
adminanswer_problem(struct adminanswer *a, unsigned status, const char *detail,
    size_t n)
{
	a->status = status;
	a->type = "application/problem+json";
	a->etag[0] = '\0';
	buf_clear(&a->content);
	if (put_problem(&a->content, status, detail, n) != 0)
		buf_clear(&a->content);
}

void
adminanswer_fault(struct adminanswer *a, unsigned status, const char *detail)
{
	adminanswer_problem(a, status, detail, strlen(detail));
}

static int
field(struct buf *b, const char *name, const char *value)
{
	return value[0] == '\0' ? 0 : buf_printf(b, "%s: %s\r\n", name, value);
}

int
adminanswer_put(const struct adminanswer *a, struct buf *b)
{
	int r = buf_printf(b,
	    "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
	    "Connection: close\r\n",
	    a->status, adminanswer_phrase(a->status),
	    a->type == NULL ? "application/json" : a->type,
	    buf_len(&a->content));

	r |= field(b, "ETag", a->etag);
	r |= field(b, "Allow", a->allow);
	if (a->status == 401)
		r |= field(b, "WWW-Authenticate",
		    "Bearer, Basic realm=\"mail\"");
	if (a->retry_s > 0)
		r |= buf_printf(b, "Retry-After: %u\r\n", a->retry_s);
	r |= buf_puts(b, "\r\n");
	r |= buf_put(b, buf_data(&a->content), buf_len(&a->content));
	return r == 0 ? 0 : -1;
}
