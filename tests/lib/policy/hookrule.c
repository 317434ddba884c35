/* the file `hooks' */
#include "policy/hookrule.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *line;
	const char *said; /* what it comes to, or "-REASON" */
} lines[] = {
	{ "rcpt unix:/run/postgrey.sock",
	    "10 unix:/run/postgrey.sock 5000 10 1 later outside []" },
	{ "connect,rcpt tcp:127.0.0.1:10023 wait=2s else=go",
	    "11 tcp:127.0.0.1:10023 2000 10 1 go outside []" },
	{ "connect,helo,auth,mail,rcpt,data,end tcp:[::1]:1 who=all",
	    "7f tcp:[::1]:1 5000 10 1 later all []" },
	{ "end run:\"grey -p /var/grey\" conns=64 pipeline=64 context=a",
	    "40 run:grey -p /var/grey 5000 64 64 later outside [a]" },
	{ "end run:x wait=60s context=\"a b\"",
	    "40 run:x 60000 10 1 later outside [a b]" },
	{ "end run:x wait=1m", "40 run:x 60000 10 1 later outside []" },
	{ "end run:x wait=61s", "-wait= is 1s to 60s" },
	{ "end run:x wait=0", "-wait= is 1s to 60s" },
	{ "end run:x conns=65", "-conns= and pipeline= are 1 to 64" },
	{ "end run:x conns=0", "-conns= and pipeline= are 1 to 64" },
	{ "end run:x pipeline=65", "-conns= and pipeline= are 1 to 64" },
	{ "end run:x pipeline=1 pipeline=2", "-pipeline= stands twice" },
	{ "end run:x else=never", "-else= is later or go" },
	{ "end run:x who=me", "-who= is outside or all" },
	{ "end run:x ever=1", "-not a word of this file" },
	{ "end run:x parallel", "-not a word of this file" },
	{ "end", "-STAGE WHERE, at least" },
	{ "end run:", "-where to ask: unix:/PATH, tcp:IP:PORT or run:COMMAND" },
	{ "end unix:x",
	    "-where to ask: unix:/PATH, tcp:IP:PORT or run:COMMAND" },
	{ "end tcp:::1:5",
	    "-where to ask: unix:/PATH, tcp:IP:PORT or run:COMMAND" },
	{ "end tcp:host:5",
	    "-where to ask: unix:/PATH, tcp:IP:PORT or run:COMMAND" },
	{ "end tcp:127.0.0.1:0",
	    "-where to ask: unix:/PATH, tcp:IP:PORT or run:COMMAND" },
	{ "end tcp:127.0.0.1:65536",
	    "-where to ask: unix:/PATH, tcp:IP:PORT or run:COMMAND" },
	{ "vrfy run:x",
	    "-not a stage: connect, helo, auth, mail, rcpt, data or end" },
	{ "rcpt,rcpt run:x", "-a stage stands twice" },
	{ "rcpt \"run:x", "-a quote is not closed, or a control character" },
};

static void
test_lines(void)
{
	struct hookrule h;
	const char *wrong;
	char got[1400];
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		wrong =
		    hookrule_parse(&h, lines[i].line, strlen(lines[i].line));
		if (wrong != NULL)
			snprintf(got, sizeof got, "-%s", wrong);
		else
			snprintf(got, sizeof got, "%x %s %lld %u %u %s %s [%s]",
			    h.stages, h.where, (long long)h.wait_ms, h.conns,
			    h.pipeline, h.go ? "go" : "later",
			    h.everybody ? "all" : "outside", h.context);
		is_str(got, lines[i].said, lines[i].line);
	}
}

/* a line of n bytes in all, filled with x behind the format's text */
static const char *
filled(const char *head, size_t fill)
{
	static char t[5000];
	size_t n = (size_t)snprintf(t, sizeof t, "%s", head);

	memset(t + n, 'x', fill);
	t[n + fill] = '\0';
	return t;
}

static const struct {
	const char *head;
	size_t most;
} limits[] = {
	{ "end run:", HOOKRULE_WHERE_MAX - 4 },
	{ "end unix:/", 106 },
	{ "end run:x context=", HOOKRULE_CONTEXT_MAX },
};

static void
test_limits(void)
{
	struct hookrule h;
	const char *t;
	size_t i;

	for (i = 0; i < sizeof limits / sizeof *limits; i++) {
		t = filled(limits[i].head, limits[i].most);
		ok(hookrule_parse(&h, t, strlen(t)) == NULL,
		    "as long as may be");
		t = filled(limits[i].head, limits[i].most + 1);
		ok(hookrule_parse(&h, t, strlen(t)) != NULL, "one byte more");
	}
}

/* the table, as it would be */
static struct {
	char key[16], data[100];
} record[200];
static unsigned n_records, n_wrong;

static int
add(void *arg, const char *key, size_t key_len, const char *data, size_t len)
{
	(void)arg;
	snprintf(record[n_records].key, 16, "%.*s", (int)key_len, key);
	snprintf(record[n_records++].data, 100, "%.*s", (int)len, data);
	return 0;
}

static void
wrong(void *arg, const char *why)
{
	(void)arg;
	n_wrong++;
	is_str(why, "more than 32 hooks", "one too many");
}

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	unsigned i;

	(void)arg;
	for (i = 0; i < n_records; i++)
		if (strlen(record[i].key) == n &&
		    memcmp(record[i].key, key, n) == 0) {
			*data = record[i].data;
			*len = strlen(*data);
			return 1;
		}
	return 0;
}

static void
test_file(void)
{
	const struct conffile_sink sink = { add, wrong, NULL };
	const struct lookup l = { get, NULL };
	struct buf text = { 0 };
	struct hookrule h;
	unsigned line, i;

	for (i = 0; i <= HOOKRULE_MAX; i++)
		buf_printf(&text, "# one\nrcpt run:x%u\n", i);
	conffile_read(&conffile_hooks, buf_data(&text), buf_len(&text), &line,
	    &sink);
	is_num(n_wrong, 1, "at most so many hooks");
	is_num(n_records, 2 * HOOKRULE_MAX, "records");
	is_num(hookrule_get(&l, 1, &h), 1, "the second is read back");
	is_num(h.line, 4, "with its line");
	is_str(h.where, "run:x1", "and what it says");
	is_num(hookrule_get(&l, HOOKRULE_MAX - 1, &h), 1, "the last");
	is_num(hookrule_get(&l, HOOKRULE_MAX, &h), 0, "there are no more");
	snprintf(record[1].data, sizeof record[1].data, "nonsense");
	is_num(hookrule_get(&l, 0, &h), -1, "a damaged one");
	buf_free(&text);
}

int
main(void)
{
	test_lines();
	test_limits();
	test_file();
	return done();
}
