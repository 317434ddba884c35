/* requests to http-admin and its answers */
#include "api/apionward.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static struct httphead head;

/* what goes there for this head, as text */
static const char *
request(const char *text, const char *ip, const char *body)
{
	static struct buf b;

	buf_clear(&b);
	if (httphead_parse(&head, text, strlen(text)) != 0 ||
	    apionward_request(&b, &head, ip,
		(struct slice){ body, strlen(body) }) == -1 ||
	    buf_putc(&b, '\0') == -1)
		return "none";
	return buf_data(&b);
}

static void
requests(void)
{
	is_str(request("GET /v1/queue?a=b%20c HTTP/1.1\r\nHost: x\r\n"
		       "authorization: Bearer k\r\nCookie: c\r\n"
		       "X-Forwarded-For: 1.2.3.4\r\n\r\n",
		   "192.0.2.1", ""),
	    "GET /v1/queue?a=b%20c HTTP/1.1\r\nHost: localhost\r\n"
	    "Connection: close\r\nAuthorization: Bearer k\r\n"
	    "X-Forwarded-For: 192.0.2.1\r\nContent-Length: 0\r\n\r\n",
	    "what is wanted there, and who we know it is from");
	is_str(request("PUT /v1/config/routes HTTP/1.1\r\nHost: x\r\n"
		       "If-Match: \"a\"\r\nIf-None-Match: *\r\n"
		       "Content-Type: text/plain\r\n"
		       "Transfer-Encoding: chunked\r\n\r\n",
		   "", "text"),
	    "PUT /v1/config/routes HTTP/1.1\r\nHost: localhost\r\n"
	    "Connection: close\r\nContent-Type: text/plain\r\n"
	    "If-Match: \"a\"\r\nIf-None-Match: *\r\n"
	    "Content-Length: 4\r\n\r\ntext",
	    "a body with its length");
}

static void
same(struct slice got, const char *want, const char *name)
{
	ok(got.n == strlen(want) &&
		(got.n == 0 || memcmp(got.p, want, got.n) == 0),
	    name);
}

static const struct {
	const char *text;
	int status; /* -1: none */
	const char *type, *more, *content;
} t[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	  "Content-Length: 2\r\nETag: \"x\"\r\nConnection: close\r\n\r\n{}",
	    200, "application/json", "ETag: \"x\"\r\n", "{}" },
	{ "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
	  "WWW-Authenticate: Basic\r\nretry-after: 3\r\nAllow: GET\r\n\r\n",
	    401, "",
	    "WWW-Authenticate: Basic\r\nRetry-After: 3\r\nAllow: GET\r\n", "" },
	{ "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, "", "", "x" },
	/* cut short, or too much */
	{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", -1, NULL, NULL,
	    NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}", -1, NULL, NULL,
	    NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", -1, NULL, NULL, NULL },
	{ "HTTP/1.1 200 OK\r\n\r\n", -1, NULL, NULL, NULL },
	{ "", -1, NULL, NULL, NULL },
	/* no answer that is handed on */
	{ "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", -1, NULL, NULL,
	    NULL },
	{ "HTTP/1.1 299 x\r\nContent-Length: 0\r\n\r\n", -1, NULL, NULL, NULL },
	{ "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", -1, NULL, NULL,
	    NULL },
	{ "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", -1, NULL, NULL,
	    NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nnonsense\r\n\r\n", -1, NULL,
	    NULL, NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nx", -1, NULL, NULL,
	    NULL },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
	    -1, NULL, NULL, NULL },
	{ "\r\n\r\n", -1, NULL, NULL, NULL },
};

static void
answers(void)
{
	struct apionward_answer a;
	struct buf more = { 0 };
	size_t i, n;
	char *p;
	int r;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_clear(&more);
		n = strlen(t[i].text);
		/* without a byte behind it, which is not to be looked at */
		p = malloc(n + (n == 0));
		memcpy(p, t[i].text, n);
		r = apionward_read(&a, &more, p, n);
		is_num(r == 0 ? (int)a.status : -1, t[i].status, t[i].text);
		if (r == 0) {
			same(a.type, t[i].type, "its type");
			same((struct slice){ buf_data(&more), buf_len(&more) },
			    t[i].more, "its fields");
			same(a.content, t[i].content, "its content");
		}
		free(p);
	}
	buf_free(&more);
}

int
main(void)
{
	requests();
	answers();
	return done();
}
