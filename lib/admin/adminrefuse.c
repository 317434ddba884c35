#include "admin/adminjob.h"

static void
refuse(struct adminjob *j, unsigned status, const char *words)
{
	adminanswer_fault(&j->answer, status, words);
}

int
adminjob_refused(struct adminjob *j)
{
	switch (j->who.status) {
	case ACCOUNTWIRE_OK: return 0;
	case ACCOUNTWIRE_NO:
		refuse(j, 401, "that is no good credential");
		break;
	case ACCOUNTWIRE_OFF:
		refuse(j, 403, "the organisation is suspended");
		break;
	case ACCOUNTWIRE_SLOW:
		refuse(j, 429, "too much was asked");
		j->answer.retry_s = j->who.wait_s > 0 ? j->who.wait_s : 1;
		break;
	case ACCOUNTWIRE_DENIED:
		refuse(j, 403, "its role or its scopes do not let it");
		break;
	case ACCOUNTWIRE_BAD: refuse(j, 422, j->who.text); break;
	case ACCOUNTWIRE_NONE: refuse(j, 404, "there is no such thing"); break;
	case ACCOUNTWIRE_TAKEN: refuse(j, 409, "there is one already"); break;
	default:
		refuse(j, 503, "who asks cannot be known now");
		j->answer.retry_s = 5;
	}
	return 1;
}
