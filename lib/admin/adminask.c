#include "admin/adminask.h"
#include "account/accountask.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/loop.h"
#include <errno.h>

static void
answered(void *arg, const struct accountwire_answer *a)
{
	if (a != NULL)
		*(struct accountwire_answer *)arg = *a;
	loop_stop();
}

int
adminask(const char *address, const struct accountwire_question *q,
    struct accountwire_answer *answer)
{
	struct accountask client;

	memset(answer, 0, sizeof *answer);
	answer->status = ACCOUNTWIRE_LATER;
	if (accountask_open(&client, address) == -1)
		die(EXIT_TEMP, "unable to ask %s: %m", address);
	if (accountask_ask(&client, q, answered, answer) == NULL) {
		if (errno != EMSGSIZE)
			die(EXIT_TEMP, "out of memory");
		accountask_close(&client);
		return -1;
	}
	loop_run();
	accountask_close(&client);
	return 0;
}
