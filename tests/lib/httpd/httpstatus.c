/* words of statuses, and what is wrong in JSON */
#include "httpd/httpstatus.h"
#include "tap.h"
#include <string.h>

static const char *
problem(unsigned status, const char *detail, size_t n, const char *esc)
{
	static struct buf b;

	buf_clear(&b);
	httpstatus_problem(&b, status, (struct slice){ detail, n }, esc);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

int
main(void)
{
	static const unsigned all[] = { 200, 201, 202, 204, 207, 400, 401, 403,
		404, 405, 408, 409, 412, 413, 414, 415, 417, 422, 428, 429, 431,
		500, 501, 503, 504, 505 };
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		ok(httpstatus_phrase(all[i])[0] != '\0', "it has words");
	is_str(httpstatus_phrase(429), "Too Many Requests", "which are its");
	is_str(httpstatus_phrase(299), "", "another has none");
	is_str(problem(404, "", 0, NULL),
	    "{\"type\":\"about:blank\",\"title\":\"Not Found\","
	    "\"status\":404}\n",
	    "a status alone");
	is_str(problem(422, "a\r\n\"b\xff", 6, "5.6.0"),
	    "{\"type\":\"about:blank\",\"title\":\"Unprocessable Content\","
	    "\"status\":422,\"detail\":\"a\\u000d\\u000a\\\"b\\ufffd\","
	    "\"esc\":\"5.6.0\"}\n",
	    "any bytes, and a code");
	return done();
}
