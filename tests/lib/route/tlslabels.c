/* the labels by which a job says how it is protected: which are ours, and that
 * each stands there with its value, or not at all */
#include "route/tlslabels.h"
#include "tap.h"

static void
names(void)
{
	static const char *const ours[] = { "tls", "tls-else", "tls-from",
		"tls-names", "tls-pins", "tlsa", "mx-secure", "sts", "sts-id",
		"sts-bad", "login", "client-cert", "implicit" };
	static const char *const others[] = { "", "tl", "tls-", "tls-out",
		"requiretls", "tls-optional", "site" };
	struct ltsv_field f = { .value = "" };
	size_t i;

	for (i = 0; i < sizeof ours / sizeof *ours; i++) {
		f.label = ours[i];
		f.label_len = strlen(ours[i]);
		is_num(tlslabels_has(&f), 1, ours[i]);
	}
	for (i = 0; i < sizeof others / sizeof *others; i++) {
		f.label = others[i];
		f.label_len = strlen(others[i]);
		is_num(tlslabels_has(&f), 0, others[i]);
	}
}

/* a plan with nothing but words */
static void
bare(void)
{
	static struct protect how = { .plan = { .word = TLSOUT_MUST,
					  .from = "default" } };
	struct buf b = { 0 };

	is_num(tlslabels_put(&b, &how), 0, "a plan");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "tls:must\ttls-from:default", "has two labels");
	buf_clear(&b);
	how.plan.word = TLSOUT_DANE;
	how.plan.other = TLSOUT_STS;
	how.in.mx_secure = 1;
	how.in.sts = STS_ENFORCE;
	how.in.sts_id = (struct slice){ "7", 1 };
	buf_puts(&how.tlsa, "a==?");
	is_num(tlslabels_put(&b, &how), 0, "another");
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "tls:dane\ttls-else:sts\ttls-from:default\ttlsa:a==?"
	    "\tmx-secure:1\tsts:enforce\tsts-id:7",
	    "has what the receiver said");
	buf_free(&how.tlsa);
	buf_free(&b);
}

int
main(void)
{
	names();
	bare();
	return done();
}
