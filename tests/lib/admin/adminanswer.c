#include "admin/adminanswer.h"
#include "httpd/httpstatus.h"
#include "tap.h"
#include <stdlib.h>

static const char *
text(struct adminanswer *a)
{
	static struct buf b;

	buf_clear(&b);
	adminanswer_put(a, &b);
	buf_putc(&b, '\0');
	buf_free(&a->content);
	return buf_data(&b);
}

#define ALWAYS \
	"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n" \
	"Connection: close\r\n"

int
main(void)
{
	struct adminanswer a = { .status = 200 };
	static const unsigned all[] = { 200, 201, 400, 401, 403, 404, 405, 408,
		409, 412, 413, 414, 415, 417, 422, 428, 429, 431, 500, 501, 503,
		504, 505 };
	size_t i;

	buf_puts(&a.content, "{}\n");
	is_str(text(&a),
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: 3\r\n" ALWAYS "\r\n{}\n",
	    "an answer");
	a = (struct adminanswer){
		.status = 200, .type = "text/plain", .etag = "\"x\""
	};
	is_str(text(&a),
	    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 0\r\n" ALWAYS "ETag: \"x\"\r\n\r\n",
	    "text, without content");
	buf_puts(&a.content, "half");
	adminanswer_problem(&a, 422, "a\r\n\"b\xff", 6);
	is_str(text(&a),
	    "HTTP/1.1 422 Unprocessable Content\r\n"
	    "Content-Type: application/problem+json\r\n"
	    "Content-Length: 102\r\n" ALWAYS "\r\n"
	    "{\"type\":\"about:blank\",\"title\":\"Unprocessable Content\","
	    "\"status\":422,\"detail\":\"a\\u000d\\u000a\\\"b\\ufffd\"}\n",
	    "a problem of any bytes");
	memset(&a, 0, sizeof a);
	adminanswer_fault(&a, 401, "");
	a.retry_s = 7;
	is_str(text(&a),
	    "HTTP/1.1 401 Unauthorized\r\n"
	    "Content-Type: application/problem+json\r\n"
	    "Content-Length: 59\r\n" ALWAYS
	    "WWW-Authenticate: Bearer, Basic realm=\"mail\"\r\n"
	    "Retry-After: 7\r\n\r\n"
	    "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401}"
	    "\n",
	    "a status alone");
	memset(&a, 0, sizeof a);
	adminanswer_fault(&a, 405, "x");
	strcpy(a.allow, "GET, PUT");
	ok(strstr(text(&a), "\r\nAllow: GET, PUT\r\n") != NULL, "methods");
	for (i = 0; i < sizeof all / sizeof *all; i++)
		ok(httpstatus_phrase(all[i])[0] != '\0', "it has words");
	is_str(httpstatus_phrase(299), "", "another has none");
	return done();
}
