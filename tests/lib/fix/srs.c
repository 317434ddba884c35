/* return paths of forwarded mail: made, taken back, altered.  The hashes were
 * computed by another program, after the comment in fix/srs.h */
#include "fix/srs.h"
#include "tap.h"

enum { TODAY = 20787 };

static const char text[] = "MDEyMzQ1Njc4OWFiY2RlZg\n";
static const char text2[] = "ZmVkY2JhOTg3NjU0MzIxMA\nMDEyMzQ1Njc4OWFiY2RlZg\n";
static struct token_keys keys, rotated, other;

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static const struct {
	const char *sender, *path; /* "": he stays */
} makes[] = {
	{ "Joe.b+x=1@Example.net",
	    "SRS0=opd74x=jt=Example.net=Joe.b+x=1@fwd.example" },
	{ "SRS0=HHH=TT=example.net=joe@relay.example",
	    "SRS1=4urf5u=relay.example==HHH=TT=example.net=joe@fwd.example" },
	{ "srs1+Hash=relay.example==HHH=TT=example.net=joe@second.example",
	    "SRS1=4urf5u=relay.example==HHH=TT=example.net=joe@fwd.example" },
	{ "SRS1=nonsense@relay.example", "" },
	{ "SRS0=@relay.example", "" },
	{ "SRS1=a=b@relay.example", "" },
	{ "SRS1=a=relay.example=HHH@other.example", "" },
	{ "SRS1=a=b=@relay.example", "" },
	{ "joe", "" },
	{ "", "" },
	{ "\"a b\"@example.net", "" },
	{ "joe@[192.0.2.1]", "" },
	{ "@example.net", "" },
	{ ".joe@example.net", "" },
};

static void
make(void)
{
	struct buf b = { 0 };
	size_t i;
	int r;

	for (i = 0; i < sizeof makes / sizeof *makes; i++) {
		buf_clear(&b);
		r = srs_make(&b, &keys, slice(makes[i].sender),
		    slice("fwd.example"), TODAY, SRS_LOCAL_LEN);
		is_num(r, makes[i].path[0] != '\0', makes[i].sender);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), makes[i].path, "the return path");
	}
	buf_clear(&b);
	is_num(srs_make(&b, &(struct token_keys){ .n = 0 }, slice("a@b"),
		   slice("c"), TODAY, SRS_LOCAL_LEN),
	    0, "without a key");
	buf_free(&b);
}

/* a local part of just so many bytes, and one more */
static void
length(void)
{
	char sender[128];
	struct buf b = { 0 };
	int n;

	for (n = 45; n <= 46; n++) {
		snprintf(sender, sizeof sender, "%0*d@b.c", n, 0);
		is_num(srs_make(&b, &keys, slice(sender), slice("d"), TODAY,
			   SRS_LOCAL_LEN),
		    n == 45, "SRS0=......=..=b.c= has 19 bytes");
	}
	is_num((long)buf_len(&b), SRS_LOCAL_LEN + 2, "as long as may be");
	buf_free(&b);
}

static const struct {
	const char *local;
	int days_later;
	enum srs_verdict verdict;
	const char *back;
} takes[] = {
	{ "SRS0=opd74x=jt=Example.net=Joe.b+x=1", 0, SRS_GOOD,
	    "Joe.b+x=1@Example.net" },
	{ "srs0+OPD74X=JT=EXAMPLE.NET=JOE.B+X=1", 0, SRS_GOOD,
	    "JOE.B+X=1@EXAMPLE.NET" },
	{ "SRS0-opd74x=jt=Example.net=Joe.b+x=1", 21, SRS_GOOD,
	    "Joe.b+x=1@Example.net" },
	{ "SRS0=opd74x=jt=Example.net=Joe.b+x=1", 22, SRS_EXPIRED, "" },
	{ "SRS0=opd74x=jt=Example.net=Joe.b+x=1", -1, SRS_GOOD,
	    "Joe.b+x=1@Example.net" },
	{ "SRS0=opd74x=jt=Example.net=Joe.b+x=1", -2, SRS_EXPIRED, "" },
	{ "SRS0=opd74y=jt=Example.net=Joe.b+x=1", 0, SRS_FORGED, "" },
	{ "SRS0=opd74x=js=Example.net=Joe.b+x=1", 0, SRS_FORGED, "" },
	{ "SRS0=opd74x=jt=Example.org=Joe.b+x=1", 0, SRS_FORGED, "" },
	{ "SRS0=opd74x=jt=Example.net=Joe.b+x=2", 0, SRS_FORGED, "" },
	{ "SRS0=opd74=xjt=Example.net=Joe.b+x=1", 0, SRS_FORGED, "" },
	{ "SRS1=opd74x=jt=Example.net=Joe.b+x=1", 0, SRS_FORGED, "" },
	{ "SRS0=opd74x", 0, SRS_FORGED, "" },
	{ "SRS0=opd74x=", 0, SRS_FORGED, "" },
	{ "SRS0=", 0, SRS_FORGED, "" },
	{ "SRS0", 0, SRS_NONE, "" },
	{ "SRS2=a", 0, SRS_NONE, "" },
	{ "joe", 0, SRS_NONE, "" },
	{ "", 0, SRS_NONE, "" },
	{ "SRS1=4urf5u=relay.example==HHH=TT=example.net=joe", 900, SRS_GOOD,
	    "SRS0=HHH=TT=example.net=joe@relay.example" },
	{ "SRS1=4urf5u=relay.example==HHH=TT=example.net=jim", 0, SRS_FORGED,
	    "" },
};

static void
take(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof takes / sizeof *takes; i++) {
		buf_clear(&b);
		is_num(srs_take(&b, &rotated, slice(takes[i].local),
			   (unsigned)(TODAY + takes[i].days_later),
			   SRS_DAYS_DEFAULT),
		    takes[i].verdict, takes[i].local);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), takes[i].back, "handed on to");
	}
	is_num(srs_take(&b, &other, slice(takes[0].local), TODAY, 21),
	    SRS_FORGED, "of a key that is gone");
	buf_free(&b);
}

int
main(void)
{
	token_keys_parse(&keys, text, sizeof text - 1);
	token_keys_parse(&rotated, text2, sizeof text2 - 1);
	other = rotated;
	other.n = 1;
	make();
	length();
	take();
	return done();
}
