#include "api/apianswer.h"
#include "httpd/httpstatus.h"

const char *
apianswer_why(unsigned status)
{
	switch (status) {
	case 400: return "that is no request of HTTP/1.1";
	case 414: return "what is asked for is too long";
	case 417: return "nothing but 100-continue is known";
	case 431: return "the head is too long";
	case 501: return "no coding of a transfer but chunked is known";
	case 505: return "HTTP/1.1 is spoken here";
	default: return "";
	}
}

int
apianswer_put(struct buf *b, const struct apiconn_answer *a, int packed,
    unsigned minor)
{
	const char *conn = a->close ? "Connection: close\r\n"
	    : minor == 0            ? "Connection: keep-alive\r\n"
				    : "";

	if (buf_printf(b, "HTTP/1.1 %u %s\r\n%s%s", a->status,
		httpstatus_phrase(a->status), conn, a->more) == -1)
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
