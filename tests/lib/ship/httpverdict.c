#include "ship/httpverdict.h"
#include "tap.h"

static const struct {
	enum https_fault fault;
	long status;
	const char *body, *after;
	char kind;
	long seconds;
	unsigned site;
	const char *text;
} t[] = {
	{ HTTPS_GOOD, 200, "fine", "7", 'K', -1, 0, "200: fine" },
	{ HTTPS_GOOD, 204, "", NULL, 'K', -1, 0, "204" },
	{ HTTPS_GOOD, 299, "", NULL, 'K', -1, 0, "299" },
	{ HTTPS_GOOD, 301, "", NULL, 'Z', -1, 1, "301" },
	{ HTTPS_GOOD, 308, "", NULL, 'Z', -1, 1, "308" },
	{ HTTPS_GOOD, 400, "\r\n bad\r\nline \x1b\xff ", "7", 'D', -1, 0,
	    "400: bad  line ??" },
	{ HTTPS_GOOD, 401, "", "7", 'Z', 7, 1, "401" },
	{ HTTPS_GOOD, 403, "", NULL, 'Z', -1, 1, "403" },
	{ HTTPS_GOOD, 404, "", NULL, 'Z', -1, 1, "404" },
	{ HTTPS_GOOD, 405, "", NULL, 'Z', -1, 1, "405" },
	{ HTTPS_GOOD, 406, "", NULL, 'D', -1, 0, "406" },
	{ HTTPS_GOOD, 407, "", NULL, 'Z', -1, 1, "407" },
	{ HTTPS_GOOD, 408, "", NULL, 'Z', -1, 0, "408" },
	{ HTTPS_GOOD, 409, "", NULL, 'D', -1, 0, "409" },
	{ HTTPS_GOOD, 410, "", NULL, 'Z', -1, 1, "410" },
	{ HTTPS_GOOD, 413, "", NULL, 'S', -1, 0, "413" },
	{ HTTPS_GOOD, 421, "", NULL, 'Z', -1, 0, "421" },
	{ HTTPS_GOOD, 422, "", NULL, 'D', -1, 0, "422" },
	{ HTTPS_GOOD, 425, "", NULL, 'Z', -1, 0, "425" },
	{ HTTPS_GOOD, 429, "slow", "Thu, 01 Jan 1970 00:00:19 GMT", 'Z', 9, 0,
	    "429: slow" },
	{ HTTPS_GOOD, 500, "", "x", 'Z', -1, 0, "500" },
	{ HTTPS_GOOD, 503, "", "999999", 'Z', 86400, 0, "503" },
	{ HTTPS_GOOD, 100, "", NULL, 'Z', -1, 0, "100" },
	{ HTTPS_GOOD, 999, "", NULL, 'Z', -1, 0, "999" },
	{ HTTPS_TOO_LARGE, 200, "x", NULL, 'Z', -1, 0, "200: x" },
	{ HTTPS_TOO_LARGE, 400, "x", NULL, 'D', -1, 0, "400: x" },
	{ HTTPS_NO_ANSWER, 0, "", "7", 'Z', -1, 0, "why" },
	{ HTTPS_NO_ANSWER, 200, "x", NULL, 'Z', -1, 0, "why" },
	{ HTTPS_NO_ADDRESS, 0, "", NULL, 'Z', -1, 0, "why" },
	{ HTTPS_CERT, 0, "", NULL, 'Z', -1, 1, "why" },
	{ HTTPS_LOCAL, 0, "", NULL, 'Z', -1, 1, "why" },
};

int
main(void)
{
	struct httpverdict v;
	struct https_answer a = { .text = "why" };
	char large[SHIP_TEXT_MAX + 100];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		a.fault = t[i].fault;
		a.status = t[i].status;
		a.body = t[i].body;
		a.n = strlen(t[i].body);
		httpverdict(&v, &a, t[i].after, 10);
		is_str(v.text, t[i].text, "the text");
		ok(v.kind == t[i].kind && v.seconds == t[i].seconds &&
			v.fault == t[i].site,
		    t[i].text);
	}
	memset(large, 'x', sizeof large);
	a = (struct https_answer){ HTTPS_GOOD, 500, NULL, large, sizeof large,
		"" };
	httpverdict(&v, &a, NULL, 0);
	is_num(strlen(v.text), SHIP_TEXT_MAX, "a long body is cut");
	return done();
}
