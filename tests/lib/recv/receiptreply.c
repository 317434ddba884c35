#include "recv/receiptreply.h"
#include "tap.h"

int
main(void)
{
	static const struct {
		enum receipt_kind kind;
		const char *text;
		unsigned code;
		const char *esc, *want;
	} t[] = {
		{ RECEIPT_OK, "id1", 250, "2.0.0", "ok id1" },
		{ RECEIPT_OK, "", 250, "2.0.0", "ok " },
		{ RECEIPT_TEMP, "4.3.1 full", 451, "4.3.1", "full" },
		{ RECEIPT_TEMP, "5.7.1 no", 451, "4.3.0", "5.7.1 no" },
		{ RECEIPT_TEMP, "full", 451, "4.3.0", "full" },
		{ RECEIPT_TEMP, "", 451, "4.3.0", "not accepted" },
		{ RECEIPT_TEMP, "4.3.1", 451, "4.3.1", "not accepted" },
		{ RECEIPT_TEMP, "4.3.1   x  y", 451, "4.3.1", "x  y" },
		{ RECEIPT_TEMP, "4.3. x", 451, "4.3.0", "4.3. x" },
		{ RECEIPT_PERM, "5.7.1 no", 554, "5.7.1", "no" },
		{ RECEIPT_PERM, "4.7.1 no", 554, "5.0.0", "4.7.1 no" },
		{ RECEIPT_PERM, "5.700.700.7000. x", 554, "5.700.700.7000.",
		    "x" },
		{ RECEIPT_PERM, "5.700.700.70000. x", 554, "5.0.0",
		    "5.700.700.70000. x" },
		{ RECEIPT_PERM, "50.1.1 x", 554, "5.0.0", "50.1.1 x" },
	};
	const struct smtpin_reply *r;
	struct receiptreply own;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		r = receiptreply_make(&own, t[i].kind, t[i].text,
		    strlen(t[i].text), &b);
		is_num(r->code, t[i].code, t[i].text);
		is_str(r->esc, t[i].esc, "status code");
		is_str(r->text, t[i].want, "text");
	}
	buf_free(&b);
	return done();
}
