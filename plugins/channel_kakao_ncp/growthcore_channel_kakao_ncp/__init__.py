"""Channels for KakaoTalk through NAVER Cloud SENS: AlimTalk, and Brand Message for advertising."""
