#include "tlsrpt/rpttell.h"
#include "base/buf.h"
#include "base/die.h"
#include "says.h"
#include "tap.h"
#include <stdlib.h>

#define REPORT(head, policy) \
	"{" head "\"policies\":[{\"policy\":{\"policy-type\":\"sts\"," \
	"\"policy-domain\":\"d\"},\"summary\":{" \
	"\"total-successful-session-count\":1," \
	"\"total-failure-session-count\":2}" policy "}]}"

static uint64_t left;

static void
tell(const void *arg)
{
	char why[RPT_FAULT_MAX];

	if (rpttell_json(arg, strlen(arg), &left, why) == -1)
		dprintf(2, "%s\n", why);
	if (left > 0)
		dprintf(2, "%d left\n", (int)left);
}

/* the events without their times and what follows them */
static const char *
told(const char *json)
{
	static char out[SAYS_ROOM];
	int status;
	const char *p = says(tell, json, &status), *tab;
	size_t n = 0, len;

	for (; *p != '\0'; p += len) {
		len = strcspn(p, "\n") + 1;
		tab = strncmp(p, "ts:", 3) == 0 ? memchr(p, '\t', len) : NULL;
		if (tab == NULL)
			tab = p - 1;
		n += (size_t)snprintf(out + n, sizeof out - n, "%.*s",
		    (int)(p + len - tab - 1), tab + 1);
	}
	out[n] = '\0';
	return out;
}

/* n failures of a report, how many lines of events come of them */
static unsigned
lines_of(unsigned n)
{
	static const char one[] =
	    "{\"result-type\":\"x\",\"failed-session-count\":1}";
	char why[RPT_FAULT_MAX];
	struct buf b = { 0 };
	FILE *f = tmpfile();
	unsigned lines = 0, i;
	int c, keep = dup(2);

	buf_puts(&b,
	    "{\"policies\":[{\"policy\":{\"policy-type\":\"sts\","
	    "\"policy-domain\":\"d\"},\"summary\":{"
	    "\"total-successful-session-count\":1,"
	    "\"total-failure-session-count\":2},"
	    "\"failure-details\":[");
	for (i = 0; i < n; i++)
		buf_printf(&b, i == 0 ? "%s" : ",%s", one);
	buf_puts(&b, "]}]}");
	if (f == NULL || dup2(fileno(f), 2) == -1)
		exit(111);
	rpttell_json(buf_data(&b), buf_len(&b), &left, why);
	dup2(keep, 2);
	close(keep);
	rewind(f);
	while ((c = getc(f)) != EOF)
		lines += c == '\n';
	fclose(f);
	buf_free(&b);
	return lines;
}

int
main(void)
{
	static char json[1000], want[1000], *argv[] = { "tls-report", NULL };

	prog_init(argv);
	is_str(told(REPORT("\"organization-name\":\"Me\",\"report-id\":\"7\","
			   "\"date-range\":{\"start-datetime\":"
			   "\"2016-04-01T00:00:00Z\",\"end-datetime\":"
			   "\"2016-04-01T23:59:59Z\"},",
		   ",\"failure-details\":[{\"result-type\":\"x\","
		   "\"sending-mta-ip\":\"192.0.2.1\","
		   "\"receiving-ip\":\"192.0.2.2\","
		   "\"receiving-mx-hostname\":\"h\","
		   "\"failed-session-count\":2,"
		   "\"failure-reason-code\":\"a\\tb\\n\xc2\x9b\"}]")),
	    "ev:tls-report\tprog:tls-report\torg:Me\treport-id:7\tdomain:d\t"
	    "begin:1459468800\tend:1459555199\tpolicy-type:sts\tgood:1\t"
	    "bad:2\n"
	    "ev:tls-report\tprog:tls-report\torg:Me\treport-id:7\tdomain:d\t"
	    "result:x\thost:h\tip:192.0.2.2\tfrom-ip:192.0.2.1\tcount:2\t"
	    "reason:a\\tb\\n\\xc2\\x9b\n",
	    "a policy and a failure");
	is_str(told(REPORT("", "")),
	    "ev:tls-report\tprog:tls-report\tdomain:d\tpolicy-type:sts\t"
	    "good:1\tbad:2\n",
	    "what is not there is left out");
	is_str(told("{\"policies\":{}}"), "no array of policies\n",
	    "what is no report is told to who asks");
	snprintf(json, sizeof json,
	    REPORT("\"report-id\":\"%0200d\xc3\xa9\",", ""), 0);
	snprintf(want, sizeof want, "report-id:%0200d\tdomain", 0);
	ok(strstr(told(json), want) != NULL, "200 bytes, the rest is cut");
	snprintf(json, sizeof json,
	    REPORT("\"report-id\":\"%0199d\xc3\xa9\",", ""), 0);
	snprintf(want, sizeof want, "report-id:%0199d\tdomain", 0);
	ok(strstr(told(json), want) != NULL, "where a character ends");
	is_num(lines_of(RPT_TOLD_MAX - 1), RPT_TOLD_MAX, "1000 events");
	is_num((long long)left, 0, "are all");
	is_num(lines_of(RPT_TOLD_MAX), RPT_TOLD_MAX, "one more is not told");
	is_num((long long)left, 1, "but counted");
	return done();
}
