/* the file routes: conditions and actions, as records */
#include "conf/rules.h"
#include "memlookup.h"
#include "route/headernote.h"
#include "route/routefile.h"
#include "route/routes.h"
#include "tap.h"
#include <stdlib.h>

#define PAT ": not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *\n"
#define HOST ": want HOST[:PORT] or [ADDRESS][:PORT]\n"
#define LMTP ": want lmtp:HOST:PORT or lmtp:/PATH\n"

/* one rule: its record, or what is wrong */
static const struct {
	const char *text, *key, *data, *faults;
} lines[] = {
	{ "mx", "*", "1\tmx:\n", "" },
	{ "to:* mx", "*", "1\tmx:\n", "" },
	{ "from:* to:A@B.Example local", "Ta@b.example",
	    "1\tto:a@b.example\tlocal:\n", "" },
	{ "to:@b.example mx", "db.example", "1\tto:@b.example\tmx:\n", "" },
	{ "to:@.b.example mx", "sb.example", "1\tto:@.b.example\tmx:\n", "" },
	{ "to:user@ mx", "uuser", "1\tto:user@\tmx:\n", "" },
	{ "from:a@b mx", "Fa@b", "1\tfrom:a@b\tmx:\n", "" },
	{ "from:@b mx", "eb", "1\tfrom:@b\tmx:\n", "" },
	{ "from:@.b mx", "qb", "1\tfrom:@.b\tmx:\n", "" },
	{ "from:a@ mx", "va", "1\tfrom:a@\tmx:\n", "" },
	{ "from:<> mx", "F", "1\tfrom:<>\tmx:\n", "" },
	{ "to:a@[192.0.2.1] mx", "Ta@[192.0.2.1]", "1\tto:a@[192.0.2.1]\tmx:\n",
	    "" },
	{ "tenant:t mx", "nt", "1\ttenant:t\tmx:\n", "" },
	{ "tag:list:news mx", "glist:news", "1\ttag:list:news\tmx:\n", "" },
	{ "to:<local> mx", "*", "1\tto:<local>\tmx:\n", "" },
	{ "user:u mx", "ou", "1\tuser:u\tmx:\n", "" },
	{ "larger:4294967295 try:0 mx", "*",
	    "1\tlarger:4294967295\ttry:0\tmx:\n", "" },
	{ "user:u tenant:t from:@.b to:@b mx", "db",
	    "1\tuser:u\ttenant:t\tfrom:@.b\tto:@b\tmx:\n", "" },
	{ "host:a,b=least", "*", "1\tleast:1\thost:a\thost:b\n", "" },
	{ "lmtp:a:24,b:24=least", "*", "1\tleast:1\tlmtp:a:24\tlmtp:b:24\n",
	    "" },
	{ "host:=least", NULL, NULL,
	    "1 host:=least: want HOST[:PORT] or [ADDRESS][:PORT]\n" },
	{ "host:a,b:587,[2001:db8::1]:26 tls:none msgs-per-conn:0", "*",
	    "1\thost:a\thost:b:587\thost:[2001:db8::1]:26\ttls:none\t"
	    "msgs-per-conn:0\n",
	    "" },
	{ "host:a host:b", "*", "1\thost:a\thost:b\n", "" },
	{ "lmtp:a:24", "*", "1\tlmtp:a:24\n", "" },
	{ "lmtp:/run/lmtp", "*", "1\tlmtp:/run/lmtp\n", "" },
	{ "reject:\"go away\"", "*", "1\treject:go away\n", "" },
	{ "defer:later", "*", "1\tdefer:later\n", "" },
	{ "discard", "*", "1\tdiscard:\n", "" },
	{ "rewrite:@c", "*", "1\trewrite:@c\n", "" },
	{ "rewrite:c@", "*", "1\trewrite:c@\n", "" },
	{ "pool:p=2,q via:v", "*", "1\tpool:p=2,q\tvia:v\n", "" },
	{ "to:a mx", NULL, NULL, "1 to:a" PAT },
	{ "to:@ mx", NULL, NULL, "1 to:@" PAT },
	{ "to:<locals> mx", NULL, NULL, "1 to:<locals>" PAT },
	{ "from:<local> mx", NULL, NULL, "1 from:<local>" PAT },
	{ "to:<> mx", NULL, NULL, "1 to:<>" PAT },
	{ "to:@a..b mx", NULL, NULL, "1 to:@a..b" PAT },
	{ "to:x@a..b mx", NULL, NULL, "1 to:x@a..b" PAT },
	{ "to:@..b mx", NULL, NULL, "1 to:@..b" PAT },
	{ "to: mx", NULL, NULL, "1 to:" PAT },
	{ "to:a@b", NULL, NULL, "1 no action\n" },
	{ "tenant: mx", NULL, NULL, "1 tenant:: nothing behind the colon\n" },
	{ "larger:4294967296 mx", NULL, NULL,
	    "1 larger:4294967296: not a number\n" },
	{ "try:x mx", NULL, NULL,
	    "1 try:x: not a number, nor NUMBER-NUMBER\n" },
	{ "try:2-5 mx", "*", "1\ttry:2-5\tmx:\n", "" },
	{ "try:2-2 mx", "*", "1\ttry:2-2\tmx:\n", "" },
	{ "try:3-2 mx", NULL, NULL,
	    "1 try:3-2: the second number is less than the first\n" },
	{ "try:2- mx", NULL, NULL,
	    "1 try:2-: not a number, nor NUMBER-NUMBER\n" },
	{ "try:2-4294967296 mx", NULL, NULL,
	    "1 try:2-4294967296: not a number, nor NUMBER-NUMBER\n" },
	{ "at:Mon-Fri,08:00-18:00@Europe/Berlin to:@b mx", "db",
	    "1\tat:Mon-Fri,08:00-18:00@Europe/Berlin\tto:@b\tmx:\n", "" },
	{ "at:Mon@Europe/Atlantis mx", NULL, NULL,
	    "1 at:Mon@Europe/Atlantis: this machine has no such time zone\n" },
	{ "header:List-Id mx", "gheader=list-id",
	    "1\ttag:header=list-id\tmx:\n", "" },
	{ "to:@b header:Subject=\"*Out of Office*\" mx", "db",
	    "1\tto:@b\ttag:header=subject=*out of office*\tmx:\n", "" },
	{ "header:List-* mx", NULL, NULL,
	    "1 header:List-*: want the name of a field, and perhaps "
	    "=PATTERN\n" },
	{ "header:a=b header:a=b mx", NULL, NULL,
	    "1 header:a=b stands twice\n" },
	{ "at:noon mx", NULL, NULL,
	    "1 at:noon: want days, Mon Tue Wed Thu Fri Sat Sun, and times, "
	    "HH:MM-HH:MM\n" },
	{ "at:Mon at:Tue mx", NULL, NULL, "1 at: stands twice\n" },
	{ "smaller:5 class:connect,421 failure:a,b-c mx", "*",
	    "1\tsmaller:5\tclass:connect,421\tfailure:a,b-c\tmx:\n", "" },
	{ "smaller:x mx", NULL, NULL, "1 smaller:x: not a number\n" },
	{ "smaller:1 smaller:2 mx", NULL, NULL, "1 smaller: stands twice\n" },
	{ "class:a class:b mx", NULL, NULL, "1 class: stands twice\n" },
	{ "last-src:o1,192.0.2.1 mx", "*", "1\tlast-src:o1,192.0.2.1\tmx:\n",
	    "" },
	{ "last-src: mx", NULL, NULL,
	    "1 last-src:: wants names of sources, with commas between "
	    "them\n" },
	{ "last-src:a, mx", NULL, NULL,
	    "1 last-src:a,: wants names of sources, with commas between "
	    "them\n" },
	{ "last-src:a last-src:b mx", NULL, NULL,
	    "1 last-src: stands twice\n" },
	{ "failure:a failure:b mx", NULL, NULL, "1 failure: stands twice\n" },
	{ "class:a,,b mx", NULL, NULL,
	    "1 class:a,,b: wants names, with commas between them\n" },
	{ "failure:A mx", NULL, NULL,
	    "1 failure:A: wants names in small letters\n" },
	{ "mx:1", NULL, NULL, "1 mx:1: takes no value\n" },
	{ "mx to:a@b", NULL, NULL, "1 to:a@b: a condition behind an action\n" },
	{ "mx local", NULL, NULL,
	    "1 local: a second action that says where to\n" },
	{ "host:a mx", NULL, NULL,
	    "1 mx: a second action that says where to\n" },
	{ "mx host:a", NULL, NULL,
	    "1 host:a: a second action that says where to\n" },
	{ "host:a:0", NULL, NULL, "1 host:a:0" HOST },
	{ "host:a:65536", NULL, NULL, "1 host:a:65536" HOST },
	{ "host:/x", NULL, NULL, "1 host:/x" HOST },
	{ "host:[192.0.2.1", NULL, NULL, "1 host:[192.0.2.1" HOST },
	{ "lmtp:a", NULL, NULL, "1 lmtp:a" LMTP },
	{ "lmtp:/a lmtp:/b", NULL, NULL, "1 lmtp:/b: a path stands alone\n" },
	{ "lmtp:a:1,/b", NULL, NULL, "1 lmtp:a:1,/b: a path stands alone\n" },
	{ "host", NULL, NULL, "1 host: wants :VALUE\n" },
	{ "tls:starttls mx", NULL, NULL,
	    "1 tls:starttls: want none, may, must, "
	    "dane, dane-only, sts or auto\n" },
	{ "tls:dane-only mx", "*", "1\ttls:dane-only\tmx:\n", "" },
	{ "tls:auto mx", "*", "1\ttls:auto\tmx:\n", "" },
	{ "tls:verify mx", NULL, NULL,
	    "1 tls:verify: want none, may, must, "
	    "dane, dane-only, sts or auto\n" },
	{ "msgs-per-conn:1000000 mx", "*", "1\tmsgs-per-conn:1000000\tmx:\n",
	    "" },
	{ "msgs-per-conn:1000001 mx", NULL, NULL,
	    "1 msgs-per-conn:1000001: "
	    "not a number from 0 to 1000000\n" },
	{ "to:@a to:@a mx", NULL, NULL, "1 to:@a stands twice\n" },
	{ "to:@.a to:u@ mx", "sa", "1\tto:@.a\tto:u@\tmx:\n", "" },
	{ "tenant:a tenant:b mx", NULL, NULL, "1 tenant: stands twice\n" },
	{ "user:a user:a mx", NULL, NULL, "1 user: stands twice\n" },
	{ "tag:a tag:b mx", "ga", "1\ttag:a\ttag:b\tmx:\n", "" },
	{ "tag:a tag:a mx", NULL, NULL, "1 tag:a stands twice\n" },
	{ "larger:1 larger:2 mx", NULL, NULL, "1 larger: stands twice\n" },
	{ "try:1 try:2 mx", NULL, NULL, "1 try: stands twice\n" },
	{ "pool:a pool:b", NULL, NULL, "1 pool: stands twice\n" },
	{ "via:a via:b", NULL, NULL, "1 via: stands twice\n" },
	{ "tls:must tls:may mx", NULL, NULL, "1 tls: stands twice\n" },
	{ "msgs-per-conn:1 msgs-per-conn:2", NULL, NULL,
	    "1 msgs-per-conn: stands twice\n" },
	{ "host:a host:b host:a", NULL, NULL, "1 host:a stands twice\n" },
	{ "what:x mx", NULL, NULL, "1 what:x: unknown condition or action\n" },
	{ "via:local mx", NULL, NULL,
	    "1 via:local: local is the label of local jobs\n" },
	{ "via:a/b mx", NULL, NULL,
	    "1 via:a/b: wants letters, digits, - _ and .\n" },
	{ "pool:a=0", NULL, NULL, "1 pool:a=0: all weights are 0\n" },
	{ "pool:a=1000001", NULL, NULL,
	    "1 pool:a=1000001: weight is not a "
	    "number from 0 to 1000000\n" },
	{ "pool:a/b", NULL, NULL, "1 pool:a/b: not a name of a pool\n" },
	{ "rewrite:a", NULL, NULL,
	    "1 rewrite:a: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ "rewrite:@", NULL, NULL,
	    "1 rewrite:@: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ "rewrite:a@b..c", NULL, NULL,
	    "1 rewrite:a@b..c: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ "reject:", NULL, NULL, "1 reject:: nothing behind the colon\n" },
	{ "reject:\"x", NULL, NULL, "1 quote not closed, or control byte\n" },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;
	int rule;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_routes, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		/* pools of a refused line may stand there: no table is made */
		rule = t.n > 0 && t.record[0].key[0] != '=';
		if (is_num(rule, lines[i].key != NULL, "a record") && rule) {
			is_str(t.record[0].key, lines[i].key, "key");
			is_str(t.record[0].data, lines[i].data, "data");
		}
		memtable_free(&t);
	}
}

static size_t
faults(struct buf *text)
{
	struct memtable t;
	size_t n;

	buf_putc(text, '\0');
	memtable_make(&t, &conffile_routes, buf_data(text));
	n = buf_len(&t.faults) - 1;
	memtable_free(&t);
	buf_clear(text);
	return n;
}

/* each limit and one above it */
static void
limits(void)
{
	struct buf b = { 0 };
	unsigned n, i;

	for (n = RULES_FIELDS_MAX; n <= RULES_FIELDS_MAX + 1; n++) {
		for (i = 1; i < n; i++)
			buf_printf(&b, "tag:t%u ", i);
		buf_puts(&b, "mx");
		is_num(faults(&b) > 0, n > RULES_FIELDS_MAX, "fields");
	}
	for (n = ROUTES_HOSTS_MAX; n <= ROUTES_HOSTS_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			buf_printf(&b, "%sh%u", i == 0 ? "host:" : ",", i);
		is_num(faults(&b) > 0, n > ROUTES_HOSTS_MAX, "hosts");
	}
	for (n = HEADERNOTE_MAX; n <= HEADERNOTE_MAX + 1; n++) {
		for (i = 0; i < 2 * n; i++)
			buf_printf(&b, "header:X-%u mx\n", i % n);
		is_num(faults(&b) > 0, n > HEADERNOTE_MAX, "header:");
	}
	for (n = WORD_LINE_MAX; n <= WORD_LINE_MAX + 1; n++) {
		buf_printf(&b, "reject:%0*d", (int)n - 7, 0);
		is_num(faults(&b) > 0, n > WORD_LINE_MAX, "bytes of a line");
	}
	for (n = ROUTEFILE_RULES_MAX; n <= ROUTEFILE_RULES_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			buf_puts(&b, "mx\n");
		is_num(faults(&b) > 0, n > ROUTEFILE_RULES_MAX, "rules");
	}
	buf_free(&b);
}

int
main(void)
{
	parse();
	limits();
	return done();
}
