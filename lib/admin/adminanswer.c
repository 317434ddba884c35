#include "admin/adminanswer.h"
#include "httpd/httpstatus.h"
#include <string.h>

void
adminanswer_problem(struct adminanswer *a, unsigned status, const char *detail,
    size_t n)
{
	a->status = status;
	a->type = "application/problem+json";
	a->etag[0] = '\0';
	buf_clear(&a->content);
	if (httpstatus_problem(&a->content, status, (struct slice){ detail, n },
		NULL) == -1)
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
	    a->status, httpstatus_phrase(a->status),
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
