"""What the codes of the audit log mean."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ACTIONS = {
    "account.changed": _l("발신 계정 수정"),
    "account.connected": _l("외부 연동 연결"),
    "account.created": _l("발신 계정 등록"),
    "account.disabled": _l("발신 계정 사용 중지"),
    "account.disconnected": _l("외부 연동 해제"),
    "account.enabled": _l("발신 계정 사용"),
    "account.removed": _l("발신 계정 삭제"),
    "account.synced": _l("발신번호·템플릿 동기화"),
    "campaign.cancelled": _l("캠페인 중지"),
    "campaign.changed": _l("캠페인 수정"),
    "campaign.created": _l("캠페인 생성"),
    "campaign.deleted": _l("캠페인 삭제"),
    "campaign.launched": _l("캠페인 실행"),
    "campaign.budget": _l("캠페인 예산 변경"),
    "campaign.paused": _l("캠페인 일시정지"),
    "campaign.resumed": _l("캠페인 재개"),
    "campaign.tested": _l("테스트 발송"),
    "campaign.unscheduled": _l("캠페인 예약 취소"),
    "consent.changed": _l("수신 동의 변경"),
    "content.changed": _l("콘텐츠 수정"),
    "content.created": _l("콘텐츠 등록"),
    "content.deleted": _l("콘텐츠 삭제"),
    "content.hidden": _l("콘텐츠 숨김"),
    "content.imported": _l("콘텐츠 가져오기"),
    "content.shown": _l("콘텐츠 노출"),
    "customer.erased": _l("고객 정보 삭제"),
    "customer.exported": _l("고객 정보 내보내기"),
    "customer.list_exported": _l("고객 목록 다운로드"),
    "customer.merged": _l("고객 통합"),
    "image.added": _l("이미지 등록"),
    "image.deleted": _l("이미지 삭제"),
    "key.issued": _l("API Key 발급"),
    "key.reissued": _l("API Key 재발급"),
    "key.revoked": _l("API Key 폐기"),
    "message.replayed": _l("메시지 다시 보내기"),
    "message.settled": _l("발송 결과 확정"),
    "model.changed": _l("추천 모델 수정"),
    "model.created": _l("추천 모델 생성"),
    "model.placed": _l("추천 모델 노출 위치 변경"),
    "model.aimed": _l("추천 모델 대상 변경"),
    "model.designed": _l("추천 모델 디자인 변경"),
    "model.switched_on": _l("추천 모델 노출 켜기"),
    "model.switched_off": _l("추천 모델 노출 끄기"),
    "model.training_stopped": _l("추천 모델 학습 중지"),
    "placement.measured": _l("추천 알고리즘 비교"),
    "model.forced": _l("추천 모델 강제 교체"),
    "model.deleted": _l("추천 모델 삭제"),
    "model.rules_attached": _l("추천 모델 규칙 변경"),
    "rule.created": _l("추천 규칙 생성"),
    "rule.changed": _l("추천 규칙 수정"),
    "rule.switched_on": _l("추천 규칙 켜기"),
    "rule.switched_off": _l("추천 규칙 끄기"),
    "rule.ordered": _l("추천 규칙 순서 변경"),
    "rule.deleted": _l("추천 규칙 삭제"),
    "origin.added": _l("허용 도메인 추가"),
    "origin.removed": _l("허용 도메인 삭제"),
    "person.changed": _l("사용자 수정"),
    "person.created": _l("사용자 등록"),
    "person.password_changed": _l("비밀번호 변경"),
    "person.password_reset": _l("비밀번호 재설정"),
    "person.password_set": _l("임시 비밀번호 지정"),
    "person.profile_changed": _l("내 정보 수정"),
    "person.reset_link_made": _l("비밀번호 재설정 링크 생성"),
    "person.signed_in": _l("로그인"),
    "plugin.disabled": _l("플러그인 사용 중지"),
    "plugin.enabled": _l("플러그인 사용"),
    "policy.changed": _l("발송 설정 변경"),
    "policy.ordered": _l("캠페인 우선순위 변경"),
    "prices.changed": _l("발송 단가 변경"),
    "secrets.rotated": _l("비밀 값 재봉인"),
    "segment.archived": _l("세그먼트 보관"),
    "segment.changed": _l("세그먼트 수정"),
    "segment.created": _l("세그먼트 생성"),
    "segment.deleted": _l("세그먼트 삭제"),
    "segment.restored": _l("세그먼트 복원"),
    "source.pulled": _l("쇼핑몰 데이터 동기화"),
    "source.pulled_anew": _l("쇼핑몰 데이터 처음부터 동기화"),
    "source.stopped": _l("쇼핑몰 데이터 동기화 중지"),
    "suppression.added": _l("수신거부 추가"),
    "suppression.removed": _l("수신거부 해제"),
    "template.changed": _l("템플릿 수정"),
    "template.created": _l("템플릿 생성"),
    "template.default": _l("기본 템플릿 지정"),
    "template.deleted": _l("템플릿 삭제"),
    "workspace.changed": _l("쇼핑몰 정보 변경"),
}
KINDS = {
    "account": _l("발신 계정"),
    "campaign": _l("캠페인"),
    "content": _l("콘텐츠"),
    "customer": _l("고객"),
    "image": _l("이미지"),
    "key": _l("API Key"),
    "message": _l("메시지"),
    "model": _l("추천 모델"),
    "origin": _l("허용 도메인"),
    "person": _l("사용자"),
    "placement": _l("노출 위치"),
    "plugin": _l("플러그인"),
    "policy": _l("발송 설정"),
    "segment": _l("세그먼트"),
    "suppression": _l("수신거부"),
    "template": _l("템플릿"),
    "workspace": _l("쇼핑몰"),
}
_ACTORS = {
    "cli": _l("명령줄"),
    "recipient": _l("수신자 본인"),
    "scheduler": _l("스케줄러"),
    "setup": _l("최초 설정"),
}


def action(code: str) -> str:
    """An action in words; the code of one that a plugin or a later version wrote."""
    return str(ACTIONS.get(code, code))


def kind(code: str) -> str:
    """A kind of object in words."""
    return str(KINDS.get(code, code))


def actor_name(code: str, name: str | None) -> str:
    """Who did it: a person by name, else the command line, a key of the API and the like."""
    if name is not None:
        return name
    if code.startswith("api:"):
        return _("API(%(key)s)", key=code.removeprefix("api:"))
    return str(_ACTORS.get(code, code))
