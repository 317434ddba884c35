/* who may stand as the sender */
#include "account/senders.h"
#include "tap.h"

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static const struct {
	const char *list, *address;
	int allow;
} allows[] = {
	{ "*", "a@b.example", 1 },
	{ "*", "", 1 },
	{ "*", "postmaster", 1 },
	{ "*", "@b.example", 0 },
	{ "*", "*", 0 },
	{ "", "a@b.example", 0 },
	{ "", "", 0 },
	{ "@b.example", "a@b.example", 1 },
	{ "@b.example", "A@B.Example", 1 },
	{ "@b.example", "a@c@b.example", 1 },
	{ "@b.example", "a@x.b.example", 0 },
	{ "@b.example", "a@xb.example", 0 },
	{ "@b.example", "a@b.example.", 0 },
	{ "@b.example", "@b.example", 0 },
	{ "@b.example", "b.example", 0 },
	{ "@b.example", "", 0 },
	{ "a@b.example", "a@b.example", 1 },
	{ "A@b.example", "a@B.example", 1 },
	{ "a@b.example", "b@b.example", 0 },
	{ "x@y.example,@b.example", "z@b.example", 1 },
	{ "x@y.example,@b.example", "x@y.example", 1 },
	{ "x@y.example,@b.example", "y@y.example", 0 },
	{ "x@y.example,*", "y@y.example", 1 },
};

static const struct {
	const char *a, *b, *both;
} meets[] = {
	{ "*", "*", "*" },
	{ "*", "", "" },
	{ "", "", "" },
	{ "*", "@a.example,b@c.example", "@a.example,b@c.example" },
	{ "@a.example", "x@a.example,y@b.example", "x@a.example" },
	{ "@a.example,x@b.example", "@b.example", "x@b.example" },
	{ "@a.example", "@b.example", "" },
	{ "@a.example", "@A.EXAMPLE", "@a.example" },
	{ "@a.example,x@a.example", "*", "@a.example" },
	{ "x@a.example,@b.example", "@a.example,y@b.example",
	    "x@a.example,y@b.example" },
};

/* 1: good */
static const struct {
	const char *list;
	int good;
} forms[] = {
	{ "", 1 },
	{ "*", 1 },
	{ "@a.example", 1 },
	{ "a@a.example,@b.example,*", 1 },
	{ "a@b@c.example", 1 },
	{ "a", 0 },
	{ "a@", 0 },
	{ "@", 0 },
	{ ",", 0 },
	{ "a@b.example,", 0 },
	{ "a@b.example, c@d.example", 0 },
	{ "a@b.example c@d.example", 0 },
	{ "*@b.example", 0 },
	{ "@*.example", 0 },
	{ "<a@b.example>", 0 },
	{ "a\n@b.example", 0 },
	{ "a\x7f@b.example", 0 },
	{ "**", 0 },
	{ "\xc3\xa4@b.example", 1 },
	{ "\xc3@b.example", 0 },
};

static void
meet(const char *a, const char *b, const char *both)
{
	struct buf out = { 0 };

	/* behind what is there */
	buf_puts(&out, "*");
	is_num(senders_meet(&out, slice(a), slice(b)), 0, a);
	buf_putc(&out, '\0');
	is_str(buf_data(&out) + 1, both, b);
	buf_free(&out);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof allows / sizeof *allows; i++)
		is_num(senders_allow(slice(allows[i].list),
			   slice(allows[i].address)),
		    allows[i].allow, allows[i].list);
	for (i = 0; i < sizeof meets / sizeof *meets; i++)
		meet(meets[i].a, meets[i].b, meets[i].both);
	for (i = 0; i < sizeof forms / sizeof *forms; i++)
		is_num(senders_fault(slice(forms[i].list)) == NULL,
		    forms[i].good, forms[i].list);
	return done();
}
