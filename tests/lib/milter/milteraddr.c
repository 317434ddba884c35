#include "milter/milteraddr.h"
#include "tap.h"

static const char *
show(const char *text)
{
	static char out[300];
	struct milteraddr m = {
		.version = 6, .answer_s = 1, .end_s = 2, .connections = 3
	};
	const char *why = milteraddr_read(&m, text);
	char place[DIAL_TEXT_MAX];

	if (why != NULL)
		return why;
	snprintf(out, sizeof out, "%s %u %s %d %u %u %u %u",
	    dial_text(&m.addr, place), m.addr.port, m.name, m.fail, m.version,
	    (unsigned)m.answer_s, (unsigned)m.end_s, (unsigned)m.connections);
	return out;
}

int
main(void)
{
	static const char place[] = "want unix:PATH, IP:PORT or [IPV6]:PORT";
	static const char bounds[] = "a number is out of bounds";
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "unix:/run/m.sock", "/run/m.sock 0 m.sock 0 6 1 2 3" },
		{ "unix:m", "m 0 m 0 6 1 2 3" },
		{ "127.0.0.1:11332",
		    "127.0.0.1 11332 127.0.0.1:11332 0 6 1 2 3" },
		{ "[::1]:25,name=x", "::1 25 x 0 6 1 2 3" },
		{ "unix:/m,name=a,fail=take,version=2,answer=5,end=6,connections=7",
		    "/m 0 a 1 2 5 6 7" },
		{ "unix:/m,fail=refuse", "/m 0 m 2 6 1 2 3" },
		{ "unix:/m,fail=later", "/m 0 m 0 6 1 2 3" },
		{ "unix:/a b", "/a b 0 milter 0 6 1 2 3" },
		{ "unix:", place },
		{ "", place },
		{ "127.0.0.1", place },
		{ "127.0.0.1:", place },
		{ "127.0.0.1:0", place },
		{ "127.0.0.1:65536", place },
		{ "localhost:25", place },
		{ ":25", place },
		{ "unix:/m,fail=", "fail wants later, take or refuse" },
		{ "unix:/m,fail=drop", "fail wants later, take or refuse" },
		{ "unix:/m,name=", "name wants a word" },
		{ "unix:/m,name=a b", "name wants a word" },
		{ "unix:/m,version=1", bounds },
		{ "unix:/m,version=7", bounds },
		{ "unix:/m,answer=0", bounds },
		{ "unix:/m,answer=3601", bounds },
		{ "unix:/m,answer=3600", "/m 0 m 0 6 3600 2 3" },
		{ "unix:/m,end=x", bounds },
		{ "unix:/m,connections=501", bounds },
		{ "unix:/m,connections=500", "/m 0 m 0 6 1 2 500" },
		{ "unix:/m,what=1",
		    "options are name fail version answer end connections" },
		{ "unix:/m,",
		    "options are name fail version answer end connections" },
	};
	char name[MILTERADDR_NAME_MAX + 20] = "unix:/m,name=";
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(show(t[i].text), t[i].want, t[i].text);
	memset(name + 13, 'n', MILTERADDR_NAME_MAX);
	name[13 + MILTERADDR_NAME_MAX] = '\0';
	ok(strncmp(show(name), "/m 0 n", 6) == 0, "the longest name");
	strcat(name, "n");
	is_str(show(name), "name wants a word", "a longer one");
	memset(name, 'p', sizeof name);
	return done();
}
