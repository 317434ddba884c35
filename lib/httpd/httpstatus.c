#include "httpd/httpstatus.h"
#include "format/jsontext.h"
#include <string.h>

static const struct {
	unsigned status;
	const char *phrase;
} statuses[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 207, "Multi-Status" },
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
httpstatus_phrase(unsigned status)
{
	size_t i;

	for (i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status)
			return statuses[i].phrase;
	return "";
}

static int
member(struct buf *b, const char *name, struct slice value)
{
	return buf_printf(b, ",\"%s\":", name) == -1
	    ? -1
	    : jsontext_string(b, value.p, value.n);
}

int
httpstatus_problem(struct buf *b, unsigned status, struct slice detail,
    const char *esc)
{
	if (buf_printf(b,
		"{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u",
		httpstatus_phrase(status), status) == -1 ||
	    (detail.n > 0 && member(b, "detail", detail) == -1) ||
	    (esc != NULL &&
		member(b, "esc", (struct slice){ esc, strlen(esc) }) == -1))
		return -1;
	return buf_puts(b, "}\n");
}
