/* what stands behind MAIL's address, as lines of the envelope */
#include "recv/mailparams.h"
#include "tap.h"

static const struct {
	const char *hold_for, *hold_until, *priority, *by;
	int ours;
	const char *env;
	int code; /* 0: the usual */
} cases[] = {
	{ NULL, NULL, NULL, NULL, 1, "", 0 },
	{ "1", NULL, NULL, NULL, 1, "hold-until 1790000001\n", 0 },
	{ "2592000", NULL, NULL, NULL, 1, "hold-until 1792592000\n", 0 },
	{ "2592001", NULL, NULL, NULL, 1, "", 501 },
	{ NULL, "2026-09-21T14:13:21Z", NULL, NULL, 1,
	    "hold-until 1790000001\n", 0 },
	{ NULL, "2026-09-21T14:13:20Z", NULL, NULL, 1, "", 501 },
	{ "1", "2026-09-21T14:13:21Z", NULL, NULL, 1, "", 501 },
	{ NULL, NULL, "0", NULL, 0, "mt-priority 0\nprio 5\n", 0 },
	{ NULL, NULL, "9", NULL, 1, "mt-priority 9\nprio 0\n", 0 },
	{ NULL, NULL, "-9", NULL, 0, "mt-priority -9\nprio 9\n", 0 },
	{ NULL, NULL, "3", NULL, 1, "mt-priority 3\nprio 3\n", 0 },
	{ NULL, NULL, "3", NULL, 0, "mt-priority 0\nprio 5\n", 250 },
	{ "1", NULL, "1", NULL, 1,
	    "hold-until 1790000001\nmt-priority 1\nprio 4\n", 0 },
	{ NULL, NULL, NULL, "120;R", 0,
	    "deliver-by 1790000120 R\nexpire 1790000120\n", 0 },
	{ NULL, NULL, NULL, "999999999;rt", 0,
	    "deliver-by 2789999999 RT\nexpire 2789999999\n", 0 },
	{ NULL, NULL, NULL, "-5;N", 0, "deliver-by 1789999995 N\n", 0 },
	{ NULL, NULL, NULL, "+0;nT", 0, "deliver-by 1790000000 NT\n", 0 },
	{ "59", NULL, NULL, "60;R", 1,
	    "hold-until 1790000059\ndeliver-by 1790000060 R\nexpire "
	    "1790000060\n",
	    0 },
	{ "60", NULL, NULL, "60;R", 1, "hold-until 1790000060\n", 501 },
	{ "60", NULL, NULL, "60;N", 1, "hold-until 1790000060\n", 501 },
};

static struct slice
slice(const char *p)
{
	return (struct slice){ p, p == NULL ? 0 : strlen(p) };
}

int
main(void)
{
	struct incoming_store store = { 0 };
	const struct smtpin_reply *r;
	struct smtpin_event ev;
	struct incoming *l;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		store.share.pool[SHARE_MEMORY].max = 1 << 20;
		memset(&ev, 0, sizeof ev);
		ev.param[EXTENSION_P_HOLDFOR] = slice(cases[i].hold_for);
		ev.param[EXTENSION_P_HOLDUNTIL] = slice(cases[i].hold_until);
		ev.param[EXTENSION_P_MTPRIORITY] = slice(cases[i].priority);
		ev.param[EXTENSION_P_BY] = slice(cases[i].by);
		l = incoming_new(&store, NULL);
		r = mailparams_put(l, &ev, cases[i].ours, 1790000000);
		is_num(r == NULL ? 0 : r->code, cases[i].code, "reply");
		buf_putc(&l->item.env, '\0');
		is_str(buf_data(&l->item.env), cases[i].env, "lines");
		incoming_free(l);
	}
	memset(&ev, 0, sizeof ev);
	ev.param[EXTENSION_P_SMTPUTF8] = slice("");
	l = incoming_new(&store, NULL);
	ok(mailparams_put(l, &ev, 0, 1790000000) == NULL, "SMTPUTF8");
	buf_putc(&l->item.env, '\0');
	is_str(buf_data(&l->item.env), "smtputf8 1\n", "its line");
	incoming_free(l);
	ev.param[EXTENSION_P_SMTPUTF8] = slice(NULL);
	ev.param[EXTENSION_P_REQUIRETLS] = slice("");
	ev.param[EXTENSION_P_MTPRIORITY] = slice("-2");
	l = incoming_new(&store, NULL);
	ok(mailparams_put(l, &ev, 0, 1790000000) == NULL, "REQUIRETLS");
	buf_putc(&l->item.env, '\0');
	is_str(buf_data(&l->item.env), "requiretls 1\nmt-priority -2\nprio 6\n",
	    "its line");
	is_num(l->priority, -2, "and the letter knows");
	incoming_free(l);
	store.share.pool[SHARE_MEMORY].max = 1;
	l = incoming_new(&store, NULL);
	r = mailparams_put(l, &ev, 1, 1790000000);
	is_num(r == NULL ? 0 : r->code, 452, "no room");
	incoming_free(l);
	return done();
}
