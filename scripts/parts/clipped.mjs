/** Nothing wider than the window, and no text that its own box cuts off. What may be cut says the whole of it elsewhere. */
export const clipped = `(() => {
  const wrong = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) wrong.push('the page is ' + scrollWidth + ' wide in ' + clientWidth)
  for (const each of document.querySelectorAll('body *')) {
    if (each.closest('.sr, [aria-hidden=true], svg, .skip, select, textarea, input, .navLabel, .brand, .whoText, .cardName, .drawerHeader, .skeleton')) continue
    const style = getComputedStyle(each)
    if (style.display === 'none' || style.visibility === 'hidden' || style.clipPath !== 'none' || each.getClientRects().length === 0) continue
    const hasText = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!hasText) continue
    if (style.overflowX !== 'visible' && style.overflowX !== 'clip' && each.scrollWidth > each.clientWidth + 1) wrong.push('cut: ' + each.textContent.trim().slice(0, 60))
    const box = each.getBoundingClientRect()
    if (style.display !== 'inline' && style.position !== 'fixed' && (box.right > clientWidth + 1 || box.left < -1)) wrong.push('outside: ' + each.className + ' ' + each.textContent.trim().slice(0, 60))
  }
  return wrong
})()`
