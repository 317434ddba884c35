#include "send/traceorder.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct traceorders t;

static int
take(const char *site, const char *host, const char *ip, const char *domain)
{
	const char *const fact[TRACEORDER_WORDS] = { site, host, ip, domain };

	return traceorder_take(&t, fact);
}

static unsigned
text(const char *s)
{
	return traceorder_text(&t, s, strlen(s));
}

static void
test_text(void)
{
	static const char *const bad[] = { "site:a", "site:a 0", "site:a 101",
		"site:a  1", "site: 1", "name:a 1", "site 1", "site:a 1 2",
		"SITE:a 1" };
	char many[TRACEORDER_MAX * 16 + 40] = "", l[TRACEORDER_VALUE_MAX + 20];
	unsigned i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(text(bad[i]) == 1 && t.n == 0, bad[i]);
	is_num(text("# of today\n\nsite:s.test 2\nip:192.0.2.1 1\n"), 0, "two");
	is_num(take("t.test", "h", "192.0.2.7", NULL), 0, "another");
	is_num(take("S.test", "h", "192.0.2.7", NULL), 1, "the site");
	is_num(take("s.test", "h", "192.0.2.1", NULL), 1, "once more");
	is_num(take("s.test", "h", "192.0.2.1", NULL), 1, "by its address");
	is_num(take("s.test", "h", "192.0.2.1", NULL), 0, "that was all");
	is_num(text("host:h 100\ndomain:d 1"), 0, "others, without an end");
	is_num(take("s.test", "h", "192.0.2.1", NULL), 1, "a host");
	is_num(take(NULL, NULL, NULL, "d"), 1, "a domain");
	for (i = 0; i <= TRACEORDER_MAX; i++)
		strcat(many, "site:abc 1\n");
	is_num(text(many), 1, "one line too many");
	is_num(t.n, TRACEORDER_MAX, "is left out");
	memset(l, 'x', sizeof l);
	memcpy(l, "site:", 5);
	strcpy(l + 5 + TRACEORDER_VALUE_MAX, " 1");
	is_num(text(l), 0, "a value as long as it may be");
	strcpy(l + 5 + TRACEORDER_VALUE_MAX, "x 1");
	is_num(text(l), 1, "one longer");
}

static void
put_file(const char *file, const char *s, int64_t time)
{
	struct timespec at[2] = { { time, 0 }, { time, 0 } };
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	write(fd, s, strlen(s));
	futimens(fd, at);
	close(fd);
}

static void
test_file(void)
{
	char file[] = "/tmp/traceorder.XXXXXX";

	close(mkstemp(file));
	memset(&t, 0, sizeof t);
	t.file = file;
	put_file(file, "site:s 1\n", 1000);
	traceorder_look(&t, 5000);
	is_num(take("s", NULL, NULL, NULL), 1, "as the file says");
	traceorder_look(&t, 6000);
	is_num(take("s", NULL, NULL, NULL), 0, "and once");
	put_file(file, "site:s 1\n", 1001);
	traceorder_look(&t, 6999);
	is_num(take("s", NULL, NULL, NULL), 0, "it is not looked at yet");
	traceorder_look(&t, 7000);
	is_num(take("s", NULL, NULL, NULL), 1, "it has changed: once more");
	put_file(file, "site:s 9\n", 1002);
	unlink(file);
	traceorder_look(&t, 9000);
	is_num(take("s", NULL, NULL, NULL), 0, "it is gone");
}

int
main(void)
{
	test_text();
	test_file();
	return done();
}
