/* Metis: sections, files that others name, queues, limits and tries */
#include "import/metis.h"
#include "imported.h"

static void
is(const char *text, const char *other, int broken, const char *left)
{
	struct metis m = { .import = &imported };

	imported_begin();
	metis_add(&m, "mta.conf", text, strlen(text));
	if (other != NULL)
		metis_add(&m, "dir/other", other, strlen(other));
	metis_finish(&m);
	is_num(imported.broken, broken, text);
	imported_left(left, "and left out");
}

static void
files(void)
{
	is("", NULL, 0, "");
	is("# x\n[main]\ncookie: y\n", NULL, 0,
	    "mta.conf:3: no file of ours says this: cookie|");
	is("[a]\nx\n", NULL, 1, "mta.conf:2: not KEY: VALUE: x|");
	is("[a]\nx: [1\n", NULL, 1,
	    "mta.conf:2: a term that is not closed: [1|");
	is("[a]\nreroute: CONSULT(priv/other)\n", "{\"X@a\",\"y@b\"}.", 0, "");
	imported_is(IMPORT_ALIASES, "x@a: y@b|", "another file's terms");
	is("[a]\nreroute: CONSULT(\"dir/other\")\n", "{a", 1,
	    "dir/other:1: a term that is not closed: CONSULT(\"dir/other\")|");
	is("[a]\nreroute: CONSULT(none)\nINCLUDE(none)\n", NULL, 0,
	    "mta.conf:2: name this file on the command line, too: "
	    "CONSULT(none)|"
	    "mta.conf:3: name this file on the command line, too: "
	    "INCLUDE(none)|");
	is("[a]\nINCLUDE(other)\n", "relay_to: [b.example]\n", 0, "");
	imported_is(IMPORT_ROUTES, "to:@b.example pool:a|",
	    "lines of another file, in this section");
	is("INCLUDE(mta.conf)\n", NULL, 1,
	    "mta.conf:1: includes too deep: INCLUDE(mta.conf)|");
}

static void
queues(void)
{
	is("[q@h.example]\nip: {192,0,2,1}\nrelay_from: [u@a.example, x@]\n"
	   "relay_to: ['@b.example', c.example]\n[r]\nrelay_to: []\n"
	   "smartrelay_host: \"192.0.2.9\"\n[s]\nrelay_from: [d.example]\n"
	   "ip: \"192.0.2.2\"\nsmartrelay_host: relay.example\n",
	    NULL, 0, "");
	imported_is(IMPORT_POOLS,
	    "q-h.example name=q-h.example source=192.0.2.1 helo=h.example|"
	    "r name=r|s name=s source=192.0.2.2|",
	    "pools");
	imported_is(IMPORT_ROUTES,
	    "from:u@a.example to:@b.example pool:q-h.example|"
	    "from:u@a.example to:@c.example pool:q-h.example|"
	    "from:x@ to:@b.example pool:q-h.example|"
	    "from:x@ to:@c.example pool:q-h.example|"
	    "from:@d.example pool:s host:relay.example|"
	    "to:* pool:r host:[192.0.2.9]|",
	    "routes: more conditions first");
	is("[a]\nrelay_from: [x.example]\n[b]\nrelay_to: []\n"
	   "[c]\nrelay_from: [y.example, x.example]\n[d]\nrelay_to: []\n"
	   "[e]\nrelay_to: []\nsmartrelay_host: h.example\n",
	    NULL, 0, "");
	imported_is(IMPORT_ROUTES,
	    "from:@x.example pool:a,c=least|from:@y.example pool:c|"
	    "to:* pool:b,d=least|to:* pool:e host:h.example|",
	    "queues for the same mail share it");
	is("[q]\nqueue_dir: \"x\"\naliases: [{\"Postmaster\",root}]\n"
	   "[r]\nqueue_dir: \"y\"\naliases: [{postmaster,\"root\"}, {a}]\n",
	    NULL, 0,
	    "mta.conf:2: no file of ours says this: queue_dir|"
	    "mta.conf:5: no file of ours says this: queue_dir|"
	    "mta.conf:6: aliases cannot say this: *: a: |");
	imported_is(IMPORT_ALIASES, "postmaster: root|", "once");
}

static void
limits(void)
{
	is("[q]\nrelay_to: [a]\ndomain_control: CONSULT(other)\n",
	    "[{domain,\"a.example\"},{daily_limit,200},{hourly_limit, 20},\n"
	    "{max_conn,5},{msg_per_conn,7},{relay_type,pooled}].\n"
	    "[{domain,\"b.example\"},{msg_per_conn,7},{relay_type,direct}].\n"
	    "[{domain,\"a|b\"},{max_conn,1}].\n[{domain,c},{max_conn,x}].\n",
	    0,
	    "dir/other:4: an expression that is no domain: a|b|"
	    "dir/other:5: no number: x|");
	imported_is(IMPORT_THROTTLE,
	    "domain:.a.example+src:q cap=200/day|"
	    "domain:.a.example+src:q cap=20/hour|"
	    "domain:.a.example+src:q conn=5|"
	    "domain:.a.example+src:q msgs-per-conn=7|"
	    "domain:.b.example+src:q msgs-per-conn=1|",
	    "throttle");
	is("[q]\nrelay_to: [a]\nmax_try: 4\naging_basis: 60\n[r]\n"
	   "relay_to: [b]\nmax_try: 4\naging_basis: 60\n[s]\n"
	   "relay_to: [c]\nmax_try: 3\n",
	    NULL, 0, "mta.conf:11: retry is the same for all queues: 3|");
	imported_is(IMPORT_RETRY, "intervals=1m,1h,60h lifetime=3661m|",
	    "retry");
	is("[q]\nrelay_to: [a]\nmax_try: 33\n", NULL, 0,
	    "mta.conf:3: retry has 1 to 31 intervals of up to a year: 33|");
	is("[q]\nrelay_to: [a]\nmax_try: 32\naging_basis: 1\n", NULL, 0, "");
	is("[q]\nrelay_to: [a]\nmax_try: 12\n", NULL, 0,
	    "mta.conf:3: retry has 1 to 31 intervals of up to a year: 12|");
}

static void
many(void)
{
	struct metis m = { .import = &imported };
	struct buf b = { 0 };
	unsigned i;

	imported_begin();
	for (i = 0; i < METIS_FILES_MAX; i++)
		is_num(metis_add(&m, "f", "", 0), 0, "a file");
	is_num(metis_add(&m, "f", "", 0), -1, "and one more");
	memset(&m, 0, sizeof m);
	m.import = &imported;
	for (i = 0; i <= METIS_LINES_MAX; i++)
		buf_puts(&b, "reroute: []\n");
	metis_add(&m, "f", buf_data(&b), buf_len(&b));
	metis_finish(&m);
	imported_left("f:10001: too many lines: reroute: []|", "and one more");
	buf_free(&b);
}

int
main(void)
{
	files();
	queues();
	limits();
	many();
	imported_end();
	return done();
}
