#include "ship/shipurl.h"
#include "base/buf.h"
#include "tap.h"

static struct shipurl u;

/* "scheme host port path", "-" for what is not there; or "none" */
static const char *
parse(const char *text)
{
	static char out[2048];

	if (shipurl_parse(&u, text) == -1)
		return "none";
	snprintf(out, sizeof out, "%s %s %s %s", u.scheme,
	    u.host[0] == '\0' ? "-" : u.host, u.port[0] == '\0' ? "-" : u.port,
	    u.path == NULL          ? "-"
		: u.path[0] == '\0' ? "empty"
				    : u.path);
	return out;
}

/* SCHEME://, n bytes of c, and what follows */
static const char *
long_one(const char *scheme, size_t n, const char *slash, size_t m)
{
	static struct buf b;
	size_t i;

	buf_clear(&b);
	buf_puts(&b, scheme);
	for (i = 0; i < n; i++)
		buf_putc(&b, 'h');
	buf_puts(&b, slash);
	for (i = 0; i < m; i++)
		buf_putc(&b, 'p');
	buf_putc(&b, '\0');
	return buf_data(&b);
}

int
main(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "tcp://h", "tcp h - -" },
		{ "tcp://h:514", "tcp h 514 -" },
		{ "redis://h:6379/3", "redis h 6379 3" },
		{ "amqp://h/%2f", "amqp h - /" },
		{ "amqp://h/", "amqp h - empty" },
		{ "amqp://h/a%20b/c", "amqp h - a b/c" },
		{ "amqp://h/%2", "none" },
		{ "amqp://h/%zz", "none" },
		{ "amqp://h/%00", "none" },
		{ "tls://[2001:db8::1]:6514", "tls 2001:db8::1 6514 -" },
		{ "tls://[2001:db8::1]", "tls 2001:db8::1 - -" },
		{ "tls://[2001:db8::1", "none" },
		{ "tls://[2001:db8::1]514", "none" },
		{ "unix:///run/x.sock", "unix - - run/x.sock" },
		{ "tcp://h:", "none" },
		{ "tcp://h:0", "none" },
		{ "tcp://h:65535", "tcp h 65535 -" },
		{ "tcp://h:65536", "none" },
		{ "tcp://h:000514", "none" },
		{ "tcp://h:x", "none" },
		{ "tcp://ann:secret@h", "none" },
		{ "://h", "none" },
		{ "h:514", "none" },
		{ "", "none" },
		{ "gelf+udp://h", "gelf+udp h - -" },
		{ "abcdefghijklmno://h", "abcdefghijklmno h - -" },
		{ "abcdefghijklmnop://h", "none" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(parse(t[i].text), t[i].want, t[i].text);
	ok(strcmp(parse(long_one("tcp://", 255, "", 0)), "none") != 0,
	    "a host of 255 bytes");
	is_str(parse(long_one("tcp://", 256, "", 0)), "none", "one more");
	ok(strcmp(parse(long_one("tcp://", 1, "/", 1024)), "none") != 0,
	    "a path of 1024 bytes");
	is_str(parse(long_one("tcp://", 1, "/", 1025)), "none", "one more");
	return done();
}
