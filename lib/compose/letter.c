#include "compose/letterparts.h"
#include "format/parcel.h"

/* whatever it says, its body is 7 bit, mimeout.h */
static int
put_form(struct letter *l, int utf8)
{
	if (parcel_puts(l->env, "body", utf8 ? "8bit" : "7bit") == -1 ||
	    (utf8 && parcel_puts(l->env, "smtputf8", "1") == -1))
		return composefault_memory(l->fault);
	return 0;
}

int
letter_put(struct letter *l)
{
	int utf8 = 0;

	if (letterenv_sender(l, &utf8) == -1 || letterenv_lines(l) == -1 ||
	    letterenv_rcpts(l, &utf8) == -1 || put_form(l, utf8) == -1)
		return -1;
	return letterhead_put(l) == -1 ? -1 : letterbody_put(l);
}
