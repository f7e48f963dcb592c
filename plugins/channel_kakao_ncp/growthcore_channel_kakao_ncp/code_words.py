"""Kakao's codes in words, for whoever reads why a message was not delivered.

After docs.nhncloud.com (KakaoTalk Bizmessage, "Error Code"), which lists them for the same back end.
"""

from __future__ import annotations

from collections.abc import Mapping

from growthcore.api import Text

_WORDS: Mapping[str, tuple[str, str]] = {
    "1001": ("요청 형식 오류", "The request is not JSON"),
    "1002": ("허브 파트너 키 오류", "Bad partner key"),
    "1003": ("발신 프로필 키 오류", "Bad sender key"),
    "1006": ("삭제된 발신 프로필", "The sender profile is deleted"),
    "1007": ("차단된 발신 프로필", "The sender profile is blocked"),
    "1011": ("계약 정보 없음", "There is no contract"),
    "1020": ("잘못된 전화번호", "Bad phone number"),
    "1021": ("차단된 카카오 채널", "The Kakao channel is blocked"),
    "1022": ("닫힌 카카오 채널", "The Kakao channel is closed"),
    "1023": ("삭제된 카카오 채널", "The Kakao channel is deleted"),
    "1024": ("삭제 대기 중인 카카오 채널", "The Kakao channel is about to be deleted"),
    "1025": ("메시지 발송이 제재된 카카오 채널", "The Kakao channel is under a sanction"),
    "1030": ("잘못된 요청 값", "Bad parameter"),
    "2001": ("예기치 않은 카카오 오류", "Unexpected error at Kakao"),
    "2003": ("채널을 추가하지 않은 수신자", "The recipient has not added the channel"),
    "3000": ("예기치 않은 카카오 오류", "Unexpected error at Kakao"),
    "3005": ("발송했으나 수신 확인 안 됨", "Sent, but its receipt is not confirmed"),
    "3006": ("카카오 내부 오류로 발송 실패", "Failed inside Kakao"),
    "3008": ("전화번호 오류", "Error in the phone number"),
    "3010": ("메시지 형식 오류", "The message is not JSON"),
    "3011": ("메시지 없음", "There is no message"),
    "3012": ("카카오에 연결할 수 없음", "Kakao can't be reached"),
    "3013": ("빈 메시지", "The message is empty"),
    "3014": ("메시지 길이 초과", "The message is too long"),
    "3015": ("템플릿을 찾을 수 없음", "The template was not found"),
    "3016": ("템플릿과 다른 내용", "The text differs from the template"),
    "3018": ("메시지를 보낼 수 없는 상태의 수신자", "Can't be delivered to the recipient now"),
    "3019": ("카카오톡을 쓰지 않는 수신자", "The recipient does not use KakaoTalk"),
    "3020": ("수신자가 알림톡을 차단함", "The recipient blocks AlimTalk"),
    "3021": ("수신자의 카카오톡 버전이 낮음", "The recipient's KakaoTalk is too old"),
    "3022": ("발송 가능 시간(08:00~20:50) 아님", "Outside the sending hours (08:00-20:50)"),
    "3023": ("메시지 형식 오류", "The message is not valid JSON"),
    "3024": ("이미지 오류", "Error in the image"),
    "3025": ("변수 값 길이 초과", "A variable's value is too long"),
    "3026": ("추가 정보 길이 초과", "The extra information is too long"),
    "3027": ("템플릿과 다른 버튼", "The buttons differ from the template"),
    "3028": ("템플릿과 다른 강조 제목", "The title differs from the template"),
    "3029": ("강조 제목 길이 초과(50자)", "The title is over 50 characters"),
    "3030": ("강조 유형과 맞지 않는 메시지 유형", "The type does not fit the emphasis"),
    "3031": ("템플릿과 다른 헤더", "The header differs from the template"),
    "3032": ("헤더 길이 초과(16자)", "The header is over 16 characters"),
    "3033": ("템플릿과 다른 하이라이트", "The highlight differs from the template"),
    "3034": ("하이라이트 제목 길이 초과", "The highlight's title is too long"),
    "3035": ("하이라이트 설명 길이 초과", "The highlight's text is too long"),
    "3036": ("템플릿과 다른 아이템 목록", "The items differ from the template"),
    "3037": ("아이템 설명 길이 초과(23자)", "An item's text is over 23 characters"),
    "3038": ("템플릿과 다른 아이템 요약", "The summary differs from the template"),
    "3039": ("아이템 요약 길이 초과(14자)", "The summary is over 14 characters"),
    "3040": ("아이템 요약에 쓸 수 없는 문자", "The summary holds characters it may not"),
    "3042": ("템플릿과 다른 대표 링크", "The main link differs from the template"),
    "3050": ("080 번호가 등록되지 않음", "There is no 080 number"),
    "4000": ("발송 결과를 알 수 없음", "The result is not known"),
    "4001": ("발송 결과를 알 수 없음", "The result is not known"),
    "9998": ("카카오 시스템 오류", "Error in Kakao's system"),
    "9999": ("카카오 시스템 오류", "Error in Kakao's system"),
    "B004": ("SENS 발송 한도 초과", "SENS's quota is used up"),
}
WORDS: Mapping[str, Text] = {
    code: Text(f"{ko} ({code})", f"{en} ({code})") for code, (ko, en) in _WORDS.items()
}
"""What each code means, with the code itself, which support asks for."""
